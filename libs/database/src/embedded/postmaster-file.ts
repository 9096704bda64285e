import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessIdentity, processCommandLine, processStart } from './process-identity.ts';

/** A PostgreSQL server that lives, as its `postmaster.pid` describes it. */
export interface Postmaster extends ProcessIdentity {
  readonly startedAtMs: number;
  readonly socketFolder: string;
  /** Accepts connections. */
  readonly ready: boolean;
}

export interface PostmasterFile {
  /** The pid in the file belongs to something else: the file outlived its server. */
  readonly stale: boolean;
  readonly postmaster: Postmaster | null;
}

/**
 * What `<dataFolder>/postmaster.pid` says, held against the processes that live: its pid may have been reused,
 * or the folder copied from a cluster that still runs elsewhere.
 */
export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return { stale: false, postmaster: null };
  const [pidLine = '', folder = '', epoch = '', , socketFolder = '', , , status = ''] = text.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (!Number.isInteger(pid) || pid < 2) return { stale: false, postmaster: null };
  const start = processStart(pid);
  if (start === null) return { stale: false, postmaster: null };
  const command = processCommandLine(pid) ?? '';
  if (folder !== dataFolder || !command.includes('postgres') || !command.includes(dataFolder)) {
    return { stale: true, postmaster: null };
  }
  const startedAtMs = Number.parseInt(epoch, 10) * 1000;
  return {
    stale: false,
    postmaster: { pid, start, startedAtMs, socketFolder, ready: status.trim() === 'ready' },
  };
}
