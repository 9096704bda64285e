import { generateKeyPair, randomBytes } from 'node:crypto';
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
import { promisify } from 'node:util';
import { AuditLog, systemContext } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, type Installation, prepareKeyFolder } from '@gatehouse/config';
import { Inject, Injectable } from '@nestjs/common';
import type { JWK } from 'oidc-provider';
import { oauthError } from '../oauth-error.ts';

const FILE = 'oauth-signing';
/** A key signs for so long; then it is only published, until nothing that it signed is good any more. */
const SIGNS_MS = 30 * 24 * 60 * 60 * 1000;
const PUBLISHED_MS = 2 * 24 * 60 * 60 * 1000;

interface StoredKey {
  readonly createdAt: number;
  readonly jwk: JWK;
}

/**
 * The keys of ID tokens: RSA, in one 0600 file of the key folder (threat T27), which replicas share. The first one
 * signs; the others are published so that what they signed can still be verified.
 */
@Injectable()
export class SigningKeys {
  readonly #installation: Installation;

  constructor(
    @Inject(CONFIGURATION) { installation }: Pick<Configuration, 'installation'>,
    private readonly audit: AuditLog,
  ) {
    this.#installation = installation;
  }

  /** Newest first. Makes the first one, and a new one where the newest has signed for thirty days. */
  async current(nowMs: number): Promise<readonly JWK[]> {
    const keys = read(this.#installation);
    const [newest] = keys;
    if (newest !== undefined && nowMs - newest.createdAt < SIGNS_MS) return keys.map(({ jwk }) => jwk);
    return this.rotate(nowMs);
  }

  /** Signs with a new key from now on. What the old one signed stays good for as long as it was good for. */
  async rotate(nowMs: number): Promise<readonly JWK[]> {
    const before = read(this.#installation);
    const fresh = { createdAt: nowMs, jwk: await newKey() };
    const kept = before.filter((_key, at) => (before[at - 1]?.createdAt ?? nowMs) > nowMs - PUBLISHED_MS);
    await this.audit.record({
      event: 'credential.rotated',
      context: systemContext(),
      action: 'oauth.signing_key',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'The authorization server signs with a new key.',
      detail: { kid: fresh.jwk.kid ?? '', before: before[0]?.jwk.kid ?? null },
    });
    write(this.#installation, [fresh, ...kept]);
    return read(this.#installation).map(({ jwk }) => jwk);
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    ...(privateKey.export({ format: 'jwk' }) as JWK),
    kid: randomBytes(8).toString('hex'),
    alg: 'RS256',
    use: 'sig',
  };
}

function read({ keyDir }: Installation): readonly StoredKey[] {
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
    return JSON.parse(readFileSync(fd, 'utf8')) as StoredKey[];
  } finally {
    closeSync(fd);
  }
}

/** Whole or not at all. */
function write({ keyDir }: Installation, keys: readonly StoredKey[]): void {
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
