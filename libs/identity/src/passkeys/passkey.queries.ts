import type { EntityManager } from 'typeorm';
import type { StoredPasskey } from './passkey.ts';

type Queryable = Pick<EntityManager, 'query'>;

const COLUMNS = `id, user_id as "userId", name, created_at as "createdAt", last_used_at as "lastUsedAt",
  public_key as "publicKey", counter::float8 as counter`;

/** What a challenge is for: a login; a passkey that a session adds; what a command line waits for. */
export type ChallengeScope =
  | 'login'
  | { readonly sessionId: string }
  | { readonly operatorRequestId: string };

export async function addChallenge(
  manager: Queryable,
  { challenge, scope, now, until }: { challenge: string; scope: ChallengeScope; now: Date; until: Date },
): Promise<void> {
  await manager.query('delete from passkey_challenges where expires_at < $1', [now]);
  await manager.query(
    `insert into passkey_challenges (challenge, session_id, operator_request_id, expires_at)
     values ($1, $2, $3, $4)`,
    [challenge, ...columnsOf(scope), until],
  );
}

/** Takes the challenge, once however many answer it. Whether it was there, for this, in time. */
export async function takeChallenge(
  manager: Queryable,
  challenge: string,
  scope: ChallengeScope,
  now: Date,
): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    `delete from passkey_challenges where challenge = $1 and session_id is not distinct from $2
       and operator_request_id is not distinct from $3 and expires_at > $4 returning challenge`,
    [challenge, ...columnsOf(scope), now],
  );
  return rows.length === 1;
}

function columnsOf(scope: ChallengeScope): [sessionId: string | null, operatorRequestId: string | null] {
  if (scope === 'login') return [null, null];
  return 'sessionId' in scope ? [scope.sessionId, null] : [null, scope.operatorRequestId];
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

/** Whether an active user has a passkey. */
export async function anyPasskey(manager: Queryable): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `select 1 from passkeys p join users u on u.id = p.user_id where u.status = 'active' limit 1`,
  );
  return rows.length === 1;
}
