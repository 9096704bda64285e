import { readdir, readFile } from 'node:fs/promises';

const ROUNDS = 5;

/**
 * Kills what a child started and what then left its process group, as `setsid` does: every process that still carries
 * the child's private folder in its environment. Again while new ones show up. A tool that wipes its environment on
 * purpose escapes this; only a PID namespace holds that one. Does nothing where there is no `/proc`.
 */
export async function endStragglers(folder: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await processesWith(folder);
    if (pids.length === 0) return;
    for (const pid of pids) killQuietly(pid);
  }
}

async function processesWith(folder: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const carrying = await Promise.all(pids.map((pid) => carries(pid, folder)));
  return pids.filter((_pid, i) => carrying[i]);
}

async function carries(pid: number, folder: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'latin1')).includes(folder);
  } catch {
    // Gone by now, or another user's.
    return false;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by now.
  }
}
