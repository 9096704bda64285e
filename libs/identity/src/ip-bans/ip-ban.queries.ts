import type { EntityManager } from 'typeorm';
import type { IpBan } from './ip-ban.ts';

type Queryable = Pick<EntityManager, 'query'>;

const COLUMNS = `id, network::text, reason, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", lifted_at as "liftedAt"`;

/** Those that may be in force, by their ends. */
export const LIVE_BANS = `select id, network::text, (extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs"
  from ip_bans where lifted_at is null and (expires_at is null or expires_at > now())`;

/** Differs whenever a ban came or went: cheap enough to be asked twice a second. */
export const BANS_MARK = `select count(*)::int as n, max(id) as latest from ip_bans where lifted_at is null`;

export interface LiveBan {
  readonly id: string;
  readonly network: string;
  readonly expiresAtMs: number | null;
}

export async function insertBan(
  manager: Queryable,
  ban: Omit<IpBan, 'liftedAt'>,
): Promise<'made' | 'exists' | 'full'> {
  // One at a time, so that the limit holds; an expired ban of the same network makes room for the new one.
  await manager.query("select pg_advisory_xact_lock(hashtext('gatehouse ip bans'))");
  await manager.query(
    `update ip_bans set lifted_at = expires_at, lifted_by = 'expiry' where lifted_at is null and expires_at <= $1`,
    [ban.createdAt],
  );
  const [count] = await manager.query<{ n: number }[]>(BANS_MARK);
  if ((count?.n ?? 0) >= MAX_LIVE_BANS) return 'full';
  const rows = await manager.query<unknown[]>(
    `insert into ip_bans (id, network, reason, created_by, created_at, expires_at)
     values ($1, network($2::inet)::cidr, $3, $4, $5, $6) on conflict do nothing returning id`,
    [ban.id, ban.network, ban.reason, ban.createdBy, ban.createdAt, ban.expiresAt],
  );
  return rows.length === 0 ? 'exists' : 'made';
}

export const MAX_LIVE_BANS = 10_000;

/** By id or by network, whichever `idOrNetwork` is. Null where no ban in force is meant. */
export async function liftBan(
  manager: Queryable,
  { id, network }: { id?: string; network?: string },
  by: string,
  at: Date,
): Promise<IpBan | null> {
  const [rows] = await manager.query<[IpBan[], number]>(
    `update ip_bans set lifted_at = $3, lifted_by = $4
      where lifted_at is null and (id = $1 or network = network($2::inet)::cidr) returning ${COLUMNS}`,
    [id ?? null, network ?? null, at, by],
  );
  return rows[0] ?? null;
}

export function listBans(
  manager: Queryable,
  { all, after, size }: { all: boolean; after: string | null; size: number },
): Promise<IpBan[]> {
  return manager.query(
    `select ${COLUMNS} from ip_bans
      where ($1 or (lifted_at is null and (expires_at is null or expires_at > now())))
        and ($2::text is null or id < $2) order by id desc limit $3`,
    [all, after, size + 1],
  );
}
