import { Injectable } from '@nestjs/common';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { DataSource } from 'typeorm';
import { hashOf } from '../records/hash-of.ts';
import type { ClientMetadata, StoredClient } from './stored-client.ts';

/** Registered clients that were never used, and such as were: beyond, nobody registers (none is ever pushed out). */
export const REGISTRATION_LIMITS = { unused: 500, inAll: 5_000 } as const;
/** An unused registration is good for an hour; each use makes it good for 90 days. */
const UNUSED = '1 hour';
const USED = '90 days';

const COLUMNS = `id, kind, name, user_id as "userId", agent_id as "agentId", created_at as "createdAt",
  last_used_at as "lastUsedAt", expires_at as "expiresAt"`;
const LIVE = 'removed_at is null and (expires_at is null or expires_at > now())';

export interface NewStoredClient extends Omit<StoredClient, 'createdAt' | 'lastUsedAt' | 'expiresAt'> {
  readonly metadata: ClientMetadata;
  readonly secret: string | null;
}

/** The table `oauth_clients`. Secrets are stored as hashes: they are random, so nothing slower is needed. */
@Injectable()
export class StoredClients {
  constructor(private readonly dataSource: DataSource) {}

  async find(id: string): Promise<StoredClient | undefined> {
    const [found] = await this.dataSource.query<StoredClient[]>(
      `select ${COLUMNS} from oauth_clients where id = $1 and ${LIVE}`,
      [id],
    );
    return found;
  }

  async list(kind?: StoredClient['kind']): Promise<readonly StoredClient[]> {
    return this.dataSource.query<StoredClient[]>(
      `select ${COLUMNS} from oauth_clients where ${LIVE} and ($1::text is null or kind = $1)
       order by created_at desc, id limit 10000`,
      [kind ?? null],
    );
  }

  /** False where there is no room: then nothing was added. One at a time, so that the limits hold. */
  async add(client: NewStoredClient): Promise<boolean> {
    const hash = client.secret === null ? null : secretHash(client.secret);
    const values = [client.id, client.kind, client.name, JSON.stringify(client.metadata), hash];
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(1735159916, hashtext('oauth_clients'))`);
      const [room] = await manager.query<{ unused: string; all: string; services: string }[]>(
        `select count(*) filter (where kind = 'registered' and last_used_at is null) as unused,
           count(*) filter (where kind = 'registered') as all, count(*) filter (where kind = 'service') as services
         from oauth_clients where ${LIVE}`,
      );
      if (room === undefined || !hasRoom(client.kind, room)) return false;
      await manager.query(
        `insert into oauth_clients (id, kind, name, metadata, secret_hash, user_id, agent_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, case $2 when 'registered' then now() + interval '${UNUSED}' end)`,
        [...values, client.userId, client.agentId],
      );
      return true;
    });
  }

  /** Notes that a client was given a token. */
  async touch(id: string): Promise<void> {
    await this.dataSource.query(
      `update oauth_clients set last_used_at = now(),
         expires_at = case kind when 'registered' then now() + interval '${USED}' end
       where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  async remove(id: string): Promise<boolean> {
    const [removed] = await this.dataSource.query<{ count: string }[]>(
      `with removed as (
         update oauth_clients set removed_at = now() where id = $1 and removed_at is null returning 1)
       select count(*) from removed`,
      [id],
    );
    return removed?.count === '1';
  }

  /** What `oidc-provider` asks when it meets a client that it does not know. */
  adapter(): Adapter {
    const nothing = async (): Promise<undefined> => undefined;
    return {
      find: (id) => this.#metadata(id),
      upsert: async () => {
        throw new Error('clients are added by their own services');
      },
      findByUid: nothing,
      findByUserCode: nothing,
      consume: nothing,
      destroy: nothing,
      revokeByGrantId: nothing,
    };
  }

  async #metadata(id: string): Promise<AdapterPayload | undefined> {
    const [found] = await this.dataSource.query<{ metadata: AdapterPayload; secret_hash: Buffer | null }[]>(
      `select metadata, secret_hash from oauth_clients where id = $1 and ${LIVE}`,
      [id],
    );
    if (found === undefined) return undefined;
    const { metadata, secret_hash: hash } = found;
    // What stands in for the secret is its hash, with which `secretMatches` compares.
    return { ...metadata, client_id: id, ...(hash === null ? {} : { client_secret: hash.toString('hex') }) };
  }
}

/** How a client's secret is stored. */
export function secretHash(secret: string): Buffer {
  return hashOf('ClientSecret', secret);
}

function hasRoom(
  kind: StoredClient['kind'],
  { unused, all, services }: { unused: string; all: string; services: string },
): boolean {
  if (kind === 'service') return Number(services) < 200;
  return Number(unused) < REGISTRATION_LIMITS.unused && Number(all) < REGISTRATION_LIMITS.inAll;
}
