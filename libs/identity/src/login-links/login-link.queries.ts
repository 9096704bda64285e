import type { EntityManager } from 'typeorm';

type Queryable = Pick<EntityManager, 'query'>;

/** Links that a user may have open at once; of more, the oldest end. */
const OPEN_FOR_USER = 3;

export async function insertLink(
  manager: Queryable,
  link: { id: string; hash: Buffer; userId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await manager.query(
    'insert into login_links (id, hash, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [link.id, link.hash, link.userId, link.createdAt, link.expiresAt],
  );
  await manager.query(
    `delete from login_links where user_id = $1 and spent_at is null and id not in (
       select id from login_links where user_id = $1 and spent_at is null order by id desc limit $2)`,
    [link.userId, OPEN_FOR_USER],
  );
  await manager.query(`delete from login_links where expires_at < $1::timestamptz - interval '1 day'`, [
    link.createdAt,
  ]);
  await manager.query('delete from login_requests where user_id = $1', [link.userId]);
}

/** Spends the link, once however many ask at the same moment. Whose it is; null where it is good for nothing. */
export async function spendLink(manager: Queryable, hash: Buffer, now: Date): Promise<string | null> {
  const [rows] = await manager.query<[{ user_id: string }[], number]>(
    `update login_links set spent_at = $2 where hash = $1 and spent_at is null and expires_at > $2
     returning user_id`,
    [hash, now],
  );
  return rows[0]?.user_id ?? null;
}

/** Notes that the active user with this address asked; for anybody else, nothing. */
export async function noteRequest(manager: Queryable, email: string, now: Date): Promise<string | null> {
  const rows = await manager.query<{ user_id: string }[]>(
    `insert into login_requests (user_id, requested_at)
     select id, $2 from users where email = $1 and status = 'active'
     on conflict (user_id) do update set requested_at = excluded.requested_at returning user_id`,
    [email, now],
  );
  return rows[0]?.user_id ?? null;
}

export async function listRequests(manager: Queryable): Promise<{ userId: string; requestedAt: Date }[]> {
  return manager.query(
    `select r.user_id as "userId", r.requested_at as "requestedAt" from login_requests r
       join users u on u.id = r.user_id where u.status = 'active' order by r.requested_at desc limit 200`,
  );
}
