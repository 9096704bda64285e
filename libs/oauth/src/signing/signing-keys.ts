import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { AuditLog, systemContext } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, type Installation } from '@gatehouse/config';
import type { RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { JWK } from 'oidc-provider';
import { DataSource } from 'typeorm';
import { isRotationDue, type KeyRing, publishedUntil, signingAt, stillPublished } from './key-schedule.ts';
import { readSigningKeys, writeSigningKeys } from './signing-key-file.ts';

/** A key of ID tokens, without what it signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly createdAt: Date;
  /** `next` and `published` are told to clients, and sign not yet and no more. */
  readonly state: 'next' | 'signs' | 'published';
  /** Null for the newest one. */
  readonly publishedUntil: Date | null;
}

export interface Rotation {
  readonly actor?: RequestContext;
  /** The old ones are published no more: what they signed is good no more. For a key that somebody else has. */
  readonly withdraw?: boolean;
}

/**
 * The keys of ID tokens: RSA, in one 0600 file of the key folder (threat T27), which replicas share. Whoever changes
 * the file holds a lock in the database, so that of all replicas one rotates; each reads the file anew on each request.
 */
@Injectable()
export class SigningKeys {
  readonly #installation: Installation;

  constructor(
    @Inject(CONFIGURATION) { installation }: Pick<Configuration, 'installation'>,
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {
    this.#installation = installation;
  }

  /**
   * The one that signs first. Makes the first one, a new one where the newest is thirty days old, and drops what is
   * over.
   */
  async current(nowMs: number): Promise<readonly JWK[]> {
    const keys = readSigningKeys(this.#installation);
    const inOrder = !isRotationDue(keys, nowMs) && stillPublished(keys, nowMs).length === keys.length;
    if (inOrder) return jwksOf(keys, nowMs);
    const changed = await this.#change(async (found) => {
      const published = stillPublished(found, nowMs);
      return isRotationDue(found, nowMs) ? this.#renewed(published, nowMs, {}) : published;
    });
    return jwksOf(changed, nowMs);
  }

  /** Makes a new key, which signs a quarter of an hour later; where the old ones are withdrawn, at once. */
  async rotate(nowMs: number, rotation: Rotation = {}): Promise<void> {
    await this.#change((found) => this.#renewed(stillPublished(found, nowMs), nowMs, rotation));
  }

  list(nowMs: number): readonly SigningKey[] {
    const keys = stillPublished(readSigningKeys(this.#installation), nowMs);
    const signing = signingAt(keys, nowMs);
    return keys.map(({ createdAt, jwk }, at) => {
      const until = publishedUntil(keys, at);
      return {
        kid: jwk.kid ?? '',
        createdAt: new Date(createdAt),
        state: at === signing ? 'signs' : at < signing ? 'next' : 'published',
        publishedUntil: until === null ? null : new Date(until),
      };
    });
  }

  /** One at a time over all replicas and command lines; what was read before the lock counts for nothing. */
  #change(make: (found: KeyRing) => Promise<KeyRing>): Promise<KeyRing> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(1735159916, hashtext('oauth_signing_keys'))`);
      const found = readSigningKeys(this.#installation);
      const changed = await make(found);
      writeSigningKeys(this.#installation, changed);
      return changed;
    });
  }

  /** With a new key, whose row is written before anybody hears of it. */
  async #renewed(before: KeyRing, nowMs: number, { actor, withdraw = false }: Rotation): Promise<KeyRing> {
    const fresh = { createdAt: nowMs, jwk: await newKey() };
    await this.audit.record({
      event: 'credential.rotated',
      context: actor ?? systemContext(),
      action: 'oauth.signing_key',
      decision: 'allow',
      policy: 'not_applicable',
      reason: withdraw
        ? 'The authorization server has a new signing key, and the old ones are withdrawn.'
        : 'The authorization server has a new signing key.',
      detail: { kid: fresh.jwk.kid ?? '', before: before[0]?.jwk.kid ?? null, withdraw },
    });
    return [fresh, ...(withdraw ? [] : before)];
  }
}

function jwksOf(keys: KeyRing, nowMs: number): readonly JWK[] {
  const signing = signingAt(keys, nowMs);
  const others = keys.filter((_key, at) => at !== signing);
  return [...keys.slice(signing, signing + 1), ...others].map(({ jwk }) => jwk);
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
