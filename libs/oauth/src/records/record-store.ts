import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export type RecordPayload = Readonly<Record<string, unknown>>;

export interface NewRecord {
  readonly payload: RecordPayload;
  readonly family: string | null;
  readonly userCodeHash: Buffer | null;
  readonly lifetimeS: number;
}

export interface StoredRecord {
  readonly idHash: Buffer;
  readonly payload: RecordPayload;
  /** Seconds since the epoch; null while it can still be used. */
  readonly consumedAt: number | null;
}

const COLUMNS = `r.id_hash as "idHash", r.payload, extract(epoch from r.consumed_at)::int as "consumedAt"`;
/** What belongs to a revoked grant is not there any more, whether or not it has been cleared away. */
const LIVE_FAMILY = `not exists (select from oauth_grants g where g.id = r.family and g.revoked_at is not null)`;

/** The table `oauth_records`: what the authorization server remembers for minutes or for a day. */
@Injectable()
export class RecordStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds a record or changes one; that it was consumed is never taken back. */
  async put(kind: string, idHash: Buffer, record: NewRecord): Promise<void> {
    await this.dataSource.query(
      `insert into oauth_records (kind, id_hash, payload, family, user_code_hash, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
       on conflict (kind, id_hash) do update
         set payload = excluded.payload, family = excluded.family, expires_at = excluded.expires_at`,
      [kind, idHash, JSON.stringify(record.payload), record.family, record.userCodeHash, record.lifetimeS],
    );
  }

  async find(kind: string, idHash: Buffer): Promise<StoredRecord | undefined> {
    const [found] = await this.dataSource.query<StoredRecord[]>(
      `select ${COLUMNS} from oauth_records r where r.kind = $1 and r.id_hash = $2 and ${LIVE_FAMILY}`,
      [kind, idHash],
    );
    return found;
  }

  async findByUserCode(userCodeHash: Buffer): Promise<StoredRecord | undefined> {
    const [found] = await this.dataSource.query<StoredRecord[]>(
      `select ${COLUMNS} from oauth_records r where r.user_code_hash = $1 and ${LIVE_FAMILY}`,
      [userCodeHash],
    );
    return found;
  }

  /** Uses it up: true for one caller, however many ask at once. Else the family that it belonged to. */
  async consume(kind: string, idHash: Buffer): Promise<true | { readonly family: string | null }> {
    const [used] = await this.dataSource.query<{ count: string }[]>(
      `with used as (
         update oauth_records set consumed_at = now()
         where kind = $1 and id_hash = $2 and consumed_at is null returning 1)
       select count(*) from used`,
      [kind, idHash],
    );
    if (used?.count === '1') return true;
    const [found] = await this.dataSource.query<{ family: string | null }[]>(
      'select family from oauth_records where kind = $1 and id_hash = $2',
      [kind, idHash],
    );
    return { family: found?.family ?? null };
  }

  async remove(kind: string, idHash: Buffer): Promise<void> {
    await this.dataSource.query('delete from oauth_records where kind = $1 and id_hash = $2', [kind, idHash]);
  }

  /** Clears away what has been of no use for an hour: so long a used code is still recognised as used. */
  async purge(): Promise<void> {
    await this.dataSource.query(`delete from oauth_records where expires_at < now() - interval '1 hour'`);
    await this.dataSource.query(
      `delete from oauth_grants g where expires_at < now() - interval '1 hour'
         and not exists (select from oauth_records r where r.family = g.id)`,
    );
    await this.dataSource.query('delete from oauth_consents where expires_at < now()');
    await this.dataSource.query('delete from oauth_clients where expires_at < now()');
  }
}
