import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Installation, prepareKeyFolder } from '@gatehouse/config';
import type { JWK } from 'oidc-provider';
import { oauthError } from '../oauth-error.ts';

const FILE = 'oauth-signing';

export interface StoredSigningKey {
  readonly createdAt: number;
  readonly jwk: JWK;
}

/** Newest first. @throws AppError `OAUTH_KEYS_UNREADABLE` for what others could have written */
export function readSigningKeys({ keyDir }: Installation): readonly StoredSigningKey[] {
  let fd: number;
  try {
    fd = openSync(join(keyDir, FILE), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return [];
    throw oauthError('OAUTH_KEYS_UNREADABLE', { owner: 'operator', cause });
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || (stats.mode & 0o077) !== 0)
      throw oauthError('OAUTH_KEYS_UNREADABLE', { owner: 'operator' });
    return JSON.parse(readFileSync(fd, 'utf8')) as StoredSigningKey[];
  } finally {
    closeSync(fd);
  }
}

/** Whole or not at all. */
export function writeSigningKeys({ keyDir }: Installation, keys: readonly StoredSigningKey[]): void {
  prepareKeyFolder(keyDir);
  const temporary = join(keyDir, `.new-${randomBytes(12).toString('hex')}`);
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(fd, JSON.stringify(keys));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, join(keyDir, FILE));
}
