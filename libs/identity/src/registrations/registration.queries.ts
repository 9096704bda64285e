import type { EntityManager } from 'typeorm';
import type { Registration } from './registration.ts';

type Queryable = Pick<EntityManager, 'query'>;

/** Of strangers: so many at most wait, for so long at most. */
const MOST = 1000;
const DAYS = 14;
const WAITING = `not exists (select from users u where u.email = r.email and u.status <> 'deleted')`;

/** Notes who asks, once however often they ask. Null where the address is a user's or too many wait. */
export async function noteRegistration(
  manager: Queryable,
  { id, email, requestedAt }: Registration,
): Promise<string | null> {
  await manager.query(
    `delete from registrations where requested_at < $1::timestamptz - interval '${DAYS} days'`,
    [requestedAt],
  );
  const rows = await manager.query<{ id: string }[]>(
    `insert into registrations as r (id, email, requested_at)
     select $1, $2, $3
      where not exists (select from users where email = $2 and status <> 'deleted')
        and (exists (select from registrations where email = $2) or (select count(*) from registrations) < ${MOST})
     on conflict (email) do update set requested_at = excluded.requested_at returning r.id`,
    [id, email, requestedAt],
  );
  return rows[0]?.id ?? null;
}

/** Who waits, newest first; with `id` that one alone. */
export async function listRegistrations(manager: Queryable, id?: string): Promise<Registration[]> {
  return manager.query(
    `select id, email, requested_at as "requestedAt" from registrations r
      where ${WAITING} and ($1::text is null or id = $1) order by requested_at desc, id desc limit 200`,
    [id ?? null],
  );
}

export async function removeRegistration(manager: Queryable, id: string): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    'delete from registrations where id = $1 returning id',
    [id],
  );
  return rows.length === 1;
}
