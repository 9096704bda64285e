import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { secretsError } from '../secrets-error.ts';

const MAX_BYTES = 1024 * 1024;

/** Where the keys of the store are, and what the signer remembers. */
export interface KeyPlaces {
  /** The key folder: public keys, signing key, what the signer remembers. */
  readonly keyDir: string;
  /** The private half: in the key folder, or wherever the operator keeps it. */
  readonly privateKeyFile: string;
  /** Whether Gatehouse made that file itself and may replace it. */
  readonly managed: boolean;
}

export const publicKeysFile = ({ keyDir }: KeyPlaces): string => join(keyDir, 'secrets-public');
export const signingKeyFile = ({ keyDir }: KeyPlaces): string => join(keyDir, 'secrets-signing-key');
export const memoryFile = ({ keyDir }: KeyPlaces): string => join(keyDir, 'secrets-versions');
/** The private key that a rotation is moving to. */
export const nextKeyFile = ({ privateKeyFile }: KeyPlaces): string => `${privateKeyFile}.next`;

/**
 * What a key file holds, or undefined where there is none: a regular file that nobody else can read, no link followed.
 * The buffer is the caller's own. A credential of systemd's for a service that is not root's is root's own file with an
 * access list, of which the mode shows the mask as its group's: 0440 (systemd.exec(5)).
 * @throws AppError `SECRETS_KEY_UNSAFE`, which names the file alone
 */
export function readKeyFile(file: string, options: { isCredential?: boolean } = {}): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw secretsError('SECRETS_KEY_UNSAFE', `${file} cannot be opened (${codeOf(error)})`);
  }
  try {
    const stats = fstatSync(fd);
    const { mode, size, uid, gid } = stats;
    if (!stats.isFile()) throw secretsError('SECRETS_KEY_UNSAFE', `${file} is not a regular file`);
    const own = process.geteuid?.() ?? uid;
    // systemd hands credentials out as root's files.
    if (uid !== own && uid !== 0) {
      throw secretsError('SECRETS_KEY_UNSAFE', `${file} belongs to user id ${uid}`);
    }
    const isRootsCredential = options.isCredential === true && uid === 0 && gid === 0;
    if ((mode & (isRootsCredential ? 0o037 : 0o077)) !== 0)
      throw secretsError('SECRETS_KEY_UNSAFE', `${file} is open to other users`);
    if (size > MAX_BYTES) throw secretsError('SECRETS_KEY_INVALID', `${file} is no key`);
    const held = Buffer.alloc(size);
    const got = readSync(fd, held, 0, size, 0);
    return held.subarray(0, got);
  } finally {
    closeSync(fd);
  }
}

/** Replaces a file as a whole: whoever reads it, or finds it after a crash, has the old bytes or the new ones. */
export function replaceKeyFile(file: string, bytes: Buffer | string): void {
  const fresh = `${file}.new-${process.pid}`;
  const fd = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    writeSync(fd, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  moveKeyFile(fresh, file);
}

export function moveKeyFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    unlinkSync(from);
    throw error;
  }
  syncFolder(dirname(to));
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
