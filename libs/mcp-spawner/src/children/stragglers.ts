import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const ROUNDS = 5;
/** The names of the files of `/proc` in which the folder stands. The text is constant, the folder an argument. */
const LOOK = 'exec grep -lsF -- "$1" /proc/[0-9]*/environ';

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

/**
 * A process of its own looks: environments hold what a warden gave its tool, and what the server reads stays in its
 * memory long after. It says process ids alone.
 */
async function processesWith(folder: string): Promise<number[]> {
  const looking = spawn('/bin/sh', ['-c', LOOK, 'gatehouse-look', folder], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Without a shell there is nothing to say, as without `/proc`.
  looking.on('error', () => undefined);
  const files = await text(looking.stdout);
  return files
    .split('\n')
    .map((file) => Number(file.split('/')[2]))
    .filter((pid) => pid > 0 && pid !== process.pid);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by now.
  }
}
