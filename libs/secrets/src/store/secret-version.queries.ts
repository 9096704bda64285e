import type { JsonValue } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readSealedVersion, type SealedVersion } from '../sealed/sealed-version.ts';
import type { SecretVersion } from './secret-version.ts';

/** Told to every process when what the store holds has changed; the payload is the secret's name. */
export const SECRETS_CHANNEL = 'gatehouse_secrets';

interface Row {
  readonly name: string;
  readonly version: number;
  readonly sealed: JsonValue;
  readonly key_id: string;
  readonly fingerprints: string;
  readonly redact: boolean;
  readonly set_at: Date;
  readonly set_by: string;
  readonly superseded_at: Date | null;
  readonly unset_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_opened_at: Date | null;
  readonly last_opened_for: string | null;
}

export interface KnownFingerprints {
  readonly name: string;
  readonly fingerprints: string;
}

/** What may still be worth something: also versions that are no longer in force, until they are revoked upstream. */
export const KNOWN_FINGERPRINTS = `select name, fingerprints from secret_versions
  where redact and revoked_at is null and fingerprints <> '' order by name, version desc`;

/** Whoever asks the database: one statement at a time, or within `alone`. */
export type Asker = Pick<EntityManager, 'query'>;

/** Reads and writes `secret_versions`. */
@Injectable()
export class SecretVersionQueries {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Every version, of one secret or of all, the newest first. */
  async list(name?: string): Promise<SecretVersion[]> {
    const rows: Row[] = await this.#dataSource.query(
      'select * from secret_versions where $1::text is null or name = $1 order by name, version desc',
      [name ?? null],
    );
    return rows.map(versionOf);
  }

  /** The versions in force, of the names given or of all. A row that is no sealed version is left out. */
  async current(names?: readonly string[], asker: Asker = this.#dataSource): Promise<SealedVersion[]> {
    const rows: Row[] = await asker.query(
      'select * from secret_versions where sealed is not null and ($1::text[] is null or name = any ($1)) order by name',
      [names ?? null],
    );
    return rows.flatMap(({ sealed }) => readSealedVersion(sealed) ?? []);
  }

  /** What has to be recognised. */
  async fingerprints(): Promise<readonly KnownFingerprints[]> {
    return this.#dataSource.query(KNOWN_FINGERPRINTS);
  }

  /** Runs alone among everybody who changes the store. */
  alone<T>(work: (asker: Asker) => Promise<T>): Promise<T> {
    return this.#dataSource.transaction(async (manager) => {
      await manager.query("select pg_advisory_xact_lock(1735159916, hashtext('secret_versions'))");
      return work(manager);
    });
  }

  async highestVersion(asker: Asker, name: string): Promise<number> {
    const [row]: { highest: number | null }[] = await asker.query(
      'select max(version) as highest from secret_versions where name = $1',
      [name],
    );
    return row?.highest ?? 0;
  }

  async insert(asker: Asker, sealed: SealedVersion, setBy: string): Promise<void> {
    await asker.query(
      'update secret_versions set sealed = null, superseded_at = $2 where name = $1 and sealed is not null',
      [sealed.name, sealed.sealedAt],
    );
    await asker.query(
      `insert into secret_versions (name, version, sealed, key_id, fingerprints, redact, set_at, set_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        sealed.name,
        sealed.version,
        JSON.stringify(sealed),
        sealed.keyId,
        sealed.fingerprints,
        sealed.redact,
        sealed.sealedAt,
        setBy,
      ],
    );
    await this.#announce(asker, sealed.name);
  }

  async replaceSealed(asker: Asker, sealed: SealedVersion): Promise<void> {
    await asker.query(
      'update secret_versions set sealed = $3, key_id = $4 where name = $1 and version = $2 and sealed is not null',
      [sealed.name, sealed.version, JSON.stringify(sealed), sealed.keyId],
    );
  }

  async unset(asker: Asker, name: string, at: Date): Promise<void> {
    await asker.query(
      'update secret_versions set sealed = null, unset_at = $2 where name = $1 and sealed is not null',
      [name, at],
    );
    await this.#announce(asker, name);
  }

  /** Versions no longer in force that are worth nothing upstream any more. */
  async revoke(asker: Asker, name: string, at: Date): Promise<number> {
    const [, count]: [unknown, number] = await asker.query(
      'update secret_versions set revoked_at = $2 where name = $1 and sealed is null and revoked_at is null',
      [name, at],
    );
    await this.#announce(asker, name);
    return count;
  }

  async opened(versions: readonly SealedVersion[], server: string, at: Date): Promise<void> {
    await this.#dataSource.query(
      `update secret_versions set last_opened_at = $3, last_opened_for = $4
       where (name, version) in (select * from unnest($1::text[], $2::int[]))`,
      [versions.map(({ name }) => name), versions.map(({ version }) => version), at, server],
    );
  }

  async #announce(asker: Asker, name: string): Promise<void> {
    await asker.query('select pg_notify($1, $2)', [SECRETS_CHANNEL, name]);
  }
}

function versionOf(row: Row): SecretVersion {
  return {
    name: row.name,
    version: row.version,
    isCurrent: row.sealed !== null,
    keyId: row.key_id,
    redact: row.redact,
    setAt: row.set_at,
    setBy: row.set_by,
    supersededAt: row.superseded_at,
    unsetAt: row.unset_at,
    revokedAt: row.revoked_at,
    lastOpenedAt: row.last_opened_at,
    lastOpenedFor: row.last_opened_for,
  };
}
