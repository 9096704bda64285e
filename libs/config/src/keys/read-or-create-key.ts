import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@gatehouse/kernel';
import type { Installation } from '../installation/installation.ts';

const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * The key for `purpose`: `bytes` random bytes, kept in one 0600 file of the key folder (threat T27) and made at
 * first use. Processes that race for the first use all get the same key. The buffer is the caller's own.
 * @throws AppError `CONFIG_KEY_UNSAFE` when others can read or replace the key, `CONFIG_KEY_INVALID` when the
 * file does not hold `bytes` bytes; a key is never replaced silently. Owner `operator`.
 */
export function readOrCreateKey(installation: Installation, purpose: string, bytes: number): Buffer {
  if (!PURPOSE.test(purpose)) {
    throw new AppError('CONFIG_KEY_PURPOSE', 'the purpose of a key is a short lower-case name', {
      owner: 'gatehouse',
    });
  }
  prepareKeyFolder(installation.keyDir);
  const file = join(installation.keyDir, purpose);
  return readKey(file, bytes) ?? createKey(installation.keyDir, file, bytes);
}

/** Makes the key folder, 0700, or refuses one that others can look into. */
export function prepareKeyFolder(keyDir: string): void {
  mkdirSync(keyDir, { recursive: true, mode: 0o700 });
  const stats = lstatSync(keyDir);
  if (!stats.isDirectory()) throw unsafe(keyDir, 'is not a folder', 'Move it away.');
  if (stats.uid !== ownUid())
    throw unsafe(keyDir, `belongs to user id ${stats.uid}`, 'Give it to the user who runs Gatehouse.');
  if ((stats.mode & 0o077) !== 0) throw unsafe(keyDir, 'is open to other users', `chmod 700 ${keyDir}`);
}

function readKey(file: string, bytes: number): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unsafe(file, `cannot be opened (${codeOf(error)})`, 'A key is a regular file, never a link.');
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unsafe(file, 'is not a regular file', 'Move it away.');
    if (stats.uid !== ownUid())
      throw unsafe(file, `belongs to user id ${stats.uid}`, 'Give it to the user who runs Gatehouse.');
    if ((stats.mode & 0o077) !== 0) throw unsafe(file, 'is open to other users', `chmod 600 ${file}`);
    const key = Buffer.alloc(bytes + 1);
    const got = readSync(fd, key, 0, bytes + 1, 0);
    if (got !== bytes) {
      throw new AppError('CONFIG_KEY_INVALID', `the key file ${file} does not hold ${bytes} bytes`, {
        owner: 'operator',
        hint: 'Restore it from where you keep your keys. What was made with the lost key stays unreadable.',
      });
    }
    return Buffer.from(key.subarray(0, bytes));
  } finally {
    closeSync(fd);
  }
}

/** Written whole under another name first and then linked: who reads the key reads all of it, and the first wins. */
function createKey(keyDir: string, file: string, bytes: number): Buffer {
  const temporary = join(keyDir, `.new-${randomBytes(12).toString('hex')}`);
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(fd, randomBytes(bytes));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(keyDir);
  const key = readKey(file, bytes);
  if (key === undefined) throw unsafe(file, 'vanished while it was made', 'Try again.');
  return key;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unsafe(path: string, message: string, hint: string): AppError {
  return new AppError('CONFIG_KEY_UNSAFE', `${path} ${message}`, { owner: 'operator', hint });
}

function ownUid(): number {
  return process.geteuid?.() ?? 0;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
