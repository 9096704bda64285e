import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Installation } from '@gatehouse/config';

/** This checkout. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The checkout with a state and a key folder of a test's own, below `folder`. */
export function installationIn(folder: string): Installation {
  return {
    root: ROOT,
    servicesDir: join(ROOT, 'services'),
    stateDir: join(folder, 'state'),
    keyDir: join(folder, 'keys'),
  };
}

/** A new folder, to be removed by the caller. Others can enter it, as an account that root drops to must. */
export async function makeFolder(mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  await chmod(folder, mode);
  return folder;
}

/** Runs `work` with a new folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>, mode?: number): Promise<T> {
  const folder = await makeFolder(mode);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
