import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { AppError, Secret } from '@gatehouse/kernel';
import { type Environment, processEnvironment } from '../installation/environment.ts';

const MAX_BYTES = 4096;

/**
 * The secret that a file holds, without the line break at its end: a regular file of our own that nobody else can
 * read, no link followed.
 * @throws AppError `CONFIG_SECRET_FILE`, which names the file and never what it holds
 */
export function readOwnSecret(file: string): Secret<string> {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw unusable(file, `cannot be opened (${codeOf(error)})`);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unusable(file, 'is not a regular file');
    if (stats.uid !== (process.geteuid?.() ?? 0)) throw unusable(file, 'belongs to another user');
    if ((stats.mode & 0o077) !== 0) throw unusable(file, 'is open to other users; chmod 600 it');
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(fd, buffer, 0, buffer.length, 0);
    if (length > MAX_BYTES) throw unusable(file, 'is larger than 4 KiB');
    const text = buffer.toString('utf8', 0, length).replace(/\r?\n$/, '');
    buffer.fill(0);
    return new Secret(text);
  } finally {
    closeSync(fd);
  }
}

/**
 * The operator's passphrase for scripts: what the file named by `GATEHOUSE_OPERATOR_PASSPHRASE_FILE` holds; null
 * where the variable is not set. @throws AppError `CONFIG_SECRET_FILE`
 */
export function operatorPassphraseFromFile(
  environment: Environment = processEnvironment(),
): Secret<string> | null {
  const file = environment.GATEHOUSE_OPERATOR_PASSPHRASE_FILE;
  return file === undefined || file === '' ? null : readOwnSecret(file);
}

function unusable(file: string, why: string): AppError {
  return new AppError('CONFIG_SECRET_FILE', `${file} ${why}`, { owner: 'operator' });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
