import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The key of a purpose, made at first use; of two processes that make it, the first wins. */
export function readOrCreateKey(installation: { keyDir: string }, purpose: string, bytes: number): Buffer {
  const path = join(installation.keyDir, purpose);
  mkdirSync(installation.keyDir, { recursive: true, mode: 0o700 });
  const made = `${path}.${randomUUID()}`;
  writeFileSync(made, randomBytes(bytes), { mode: 0o600 });
  try {
    linkSync(made, path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(made);
  }
  return readFileSync(path);
}
