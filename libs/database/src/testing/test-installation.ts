import { chmod, mkdtemp, rm } from 'node:fs/promises';
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

/** Runs `work` with a new folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>, mode = 0o711): Promise<T> {
  const folder = await mkdtemp('/tmp/gatehouse-test-');
  await chmod(folder, mode);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
