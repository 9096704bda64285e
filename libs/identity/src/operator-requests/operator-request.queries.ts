import type { EntityManager } from 'typeorm';
import type { OperatorRequest, OperatorRequestProof, OperatorRequestState } from './operator-request.ts';

type Queryable = Pick<EntityManager, 'query'>;

const COLUMNS = `id, code, user_id as "userId", session_id as "sessionId", command, origin,
  created_at as "createdAt", expires_at as "expiresAt"`;
const OPEN = 'answered_at is null and expires_at > $2';

/** Adds it, unless `limit` are open already: then false. One at a time, so that the limit holds. */
export async function insertRequest(
  manager: Queryable,
  request: OperatorRequest,
  limit: number,
): Promise<boolean> {
  await manager.query(`select pg_advisory_xact_lock(1735159916, hashtext('operator_requests'))`);
  await manager.query(`delete from operator_requests where expires_at < $1::timestamptz - interval '1 day'`, [
    request.createdAt,
  ]);
  const [open] = await manager.query<{ count: number }[]>(
    'select count(*)::int as count from operator_requests where answered_at is null and expires_at > $1',
    [request.createdAt],
  );
  if ((open?.count ?? 0) >= limit) return false;
  const { id, code, userId, sessionId, command, origin, createdAt, expiresAt } = request;
  await manager.query(
    `insert into operator_requests (id, code, user_id, session_id, command, origin, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, code, userId, sessionId, command, JSON.stringify(origin), createdAt, expiresAt],
  );
  return true;
}

export async function openRequest(
  manager: Queryable,
  code: string,
  now: Date,
): Promise<OperatorRequest | undefined> {
  const [found] = await manager.query<OperatorRequest[]>(
    `select ${COLUMNS} from operator_requests where code = $1 and ${OPEN}`,
    [code, now],
  );
  return found;
}

/** Answers it, once however many do; null is no. Whether it was open. */
export async function answerRequest(
  manager: Queryable,
  id: string,
  proof: OperatorRequestProof | null,
  now: Date,
): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    `update operator_requests set answered_at = $2, proof = $3 where id = $1 and ${OPEN} returning id`,
    [id, now, proof],
  );
  return rows.length === 1;
}

/** Uses up what that user proved, once however many ask. Whether there was something to use up. */
export async function spendRequest(
  manager: Queryable,
  id: string,
  userId: string | null,
  now: Date,
): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    `update operator_requests set spent_at = $3
     where id = $1 and user_id = $2 and proof is not null and spent_at is null and expires_at > $3 returning id`,
    [id, userId, now],
  );
  return rows.length === 1;
}

export async function requestState(manager: Queryable, id: string, now: Date): Promise<OperatorRequestState> {
  const [found] = await manager.query<{ answered: boolean; proven: boolean; over: boolean }[]>(
    `select answered_at is not null as answered, proof is not null as proven,
       expires_at <= $2 or spent_at is not null as over
     from operator_requests where id = $1`,
    [id, now],
  );
  if (found === undefined || found.over) return 'over';
  if (!found.answered) return 'waiting';
  return found.proven ? 'proven' : 'refused';
}
