import { chmod, chown, lstat, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from './placement.ts';

/** `sockaddr_un` has room for 107 bytes and an end mark, on macOS for 103. */
const LONGEST = process.platform === 'darwin' ? 103 : 107;
const SOCKET = '/.s.PGSQL.5432.lock';

/**
 * The folder of the socket, 0700 and PostgreSQL's own: beside the data, or, where that path is too long for a
 * socket, one with an unguessable name under /tmp, remembered so that a restart keeps the address.
 */
export async function socketFolder(placement: Placement, longest = LONGEST): Promise<string> {
  const uid = placement.account?.uid ?? process.getuid?.() ?? 0;
  const gid = placement.account?.gid ?? process.getgid?.() ?? 0;
  const beside = join(placement.folder, 'socket');
  if (Buffer.byteLength(beside + SOCKET) <= longest) {
    await mkdir(beside, { recursive: true, mode: 0o700 });
    await chmod(beside, 0o700);
    if (process.getuid?.() === 0) await chown(beside, uid, gid);
    return beside;
  }
  const memory = join(placement.folder, 'socket-folder');
  const known = await readFile(memory, 'utf8').catch(() => '');
  if (known.startsWith('/tmp/gatehouse-') && (await isOwn(known, uid))) return known;
  const made = await mkdtemp('/tmp/gatehouse-');
  if (process.getuid?.() === 0) await chown(made, uid, gid);
  await writeFile(memory, made, { mode: 0o600 });
  return made;
}

async function isOwn(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o777) === 0o700;
}
