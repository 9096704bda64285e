import type { EntityManager } from 'typeorm';
import type { StoredPasskey } from './passkey.ts';

type Queryable = Pick<EntityManager, 'query'>;

const COLUMNS = `id, user_id as "userId", name, created_at as "createdAt", last_used_at as "lastUsedAt",
  public_key as "publicKey", counter::float8 as counter`;

export async function addChallenge(
  manager: Queryable,
  {
    challenge,
    sessionId,
    now,
    until,
  }: { challenge: string; sessionId: string | null; now: Date; until: Date },
): Promise<void> {
  await manager.query('delete from passkey_challenges where expires_at < $1', [now]);
  await manager.query(
    'insert into passkey_challenges (challenge, session_id, expires_at) values ($1, $2, $3)',
    [challenge, sessionId, until],
  );
}

/** Takes the challenge, once however many answer it. Whether it was there, for this session, in time. */
export async function takeChallenge(
  manager: Queryable,
  challenge: string,
  sessionId: string | null,
  now: Date,
): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    `delete from passkey_challenges where challenge = $1 and session_id is not distinct from $2
       and expires_at > $3 returning challenge`,
    [challenge, sessionId, now],
  );
  return rows.length === 1;
}

export async function insertPasskey(manager: Queryable, passkey: StoredPasskey): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `insert into passkeys (id, user_id, public_key, counter, name, created_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
    [passkey.id, passkey.userId, passkey.publicKey, passkey.counter, passkey.name, passkey.createdAt],
  );
  return rows.length === 1;
}

/** Locked, so that two answers at once cannot both raise the counter from the same value. */
export async function lockPasskey(manager: Queryable, id: string): Promise<StoredPasskey | null> {
  const rows = await manager.query<StoredPasskey[]>(
    `select ${COLUMNS} from passkeys where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

export async function usePasskey(manager: Queryable, id: string, counter: number, at: Date): Promise<void> {
  await manager.query('update passkeys set counter = $2, last_used_at = $3 where id = $1', [id, counter, at]);
}

export function passkeysOf(manager: Queryable, userId: string): Promise<StoredPasskey[]> {
  return manager.query(`select ${COLUMNS} from passkeys where user_id = $1 order by created_at`, [userId]);
}

export async function deletePasskey(manager: Queryable, id: string, userId: string): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    'delete from passkeys where id = $1 and user_id = $2 returning id',
    [id, userId],
  );
  return rows.length === 1;
}
