import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type FileOwners, ownershipProblem } from './ownership.ts';

export const MAX_CONFIGURATION_BYTES = 1024 * 1024;

export type GuardedFile =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly missing: boolean; readonly message: string; readonly expected?: string };

/**
 * Reads a file of the operator's (threat T8): opened once, no link followed at any step below `base`, a regular
 * file of at most 1 MiB, and neither it nor a folder on the way may be changed by anyone else.
 */
export function readGuardedFile(base: string, file: string, owners: FileOwners): GuardedFile {
  const folder = folderProblem(base, dirname(file), owners);
  if (folder !== undefined) return folder;
  let fd: number;
  try {
    // Without O_NONBLOCK a named pipe in the file's place would hold the start up for ever.
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return unreadable(error);
  }
  try {
    const before = fstatSync(fd);
    if (!before.isFile()) return refused('is not a regular file', 'a regular file');
    const owned = ownershipProblem(before, owners);
    if (owned !== undefined) return refused(owned.message, owned.expected);
    return readWhole(fd, before);
  } catch (error) {
    return unreadable(error);
  } finally {
    closeSync(fd);
  }
}

function readWhole(fd: number, stats: Stats): GuardedFile {
  const tooLarge = refused('is too large', 'at most 1 MiB');
  if (stats.size > MAX_CONFIGURATION_BYTES) return tooLarge;
  // One byte of room more than the file has: it is at its end when that stays empty.
  let buffer = Buffer.alloc(stats.size + 1);
  let length = 0;
  for (;;) {
    const got = readSync(fd, buffer, length, buffer.length - length, null);
    if (got === 0) return { ok: true, bytes: buffer.subarray(0, length) };
    length += got;
    if (length > MAX_CONFIGURATION_BYTES) return tooLarge;
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(length)]);
  }
}

/** The first folder from `base` down to `folder` that is a link or that others may change. */
function folderProblem(base: string, folder: string, owners: FileOwners): GuardedFile | undefined {
  const steps = relative(base, folder)
    .split(sep)
    .filter((step) => step !== '');
  let at = base;
  for (const step of steps) {
    at = join(at, step);
    let stats: Stats;
    try {
      stats = lstatSync(at);
    } catch (error) {
      return unreadable(error);
    }
    if (stats.isSymbolicLink()) return refused(`lies below "${step}", which is a link`, 'a real folder');
    const owned = ownershipProblem(stats, owners);
    if (owned !== undefined) return refused(`lies below "${step}", which ${owned.message}`, owned.expected);
  }
  return undefined;
}

function unreadable(error: unknown): GuardedFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { ok: false, missing: true, message: 'does not exist' };
  }
  if (code === 'ELOOP' || code === 'EMLINK') return refused('is a link', 'a regular file');
  return refused(`cannot be read (${code})`);
}

function refused(message: string, expected?: string): GuardedFile {
  return { ok: false, missing: false, message, ...(expected === undefined ? {} : { expected }) };
}
