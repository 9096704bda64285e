import { Sessions } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import type { Operator } from './operator.ts';

export async function isOwnSession(operator: Operator, id: string): Promise<boolean> {
  if (id === operator.session.id) return true;
  return (await operator.get(Sessions).find(id))?.userId === operator.user.id;
}

/** Ends one session, the operator's own where none is named. @throws AppError `CLI_NOT_ALLOWED`, `IDENTITY_SESSION_UNKNOWN` */
export async function endSession(operator: Operator, id: string = operator.session.id): Promise<JsonObject> {
  const sessions = operator.get(Sessions);
  if (!(await isOwnSession(operator, id))) operator.require('sessions:write:all');
  const ended = await sessions.revoke(id, {
    actor: operator.context,
    reason: id === operator.session.id ? 'logout' : 'operator',
  });
  operator.logins.forget(new Set([id]));
  return { session_id: ended.id, user_id: ended.userId, ended: 1 };
}

export async function endAllSessions(operator: Operator): Promise<JsonObject> {
  const ended = await operator.get(Sessions).revokeAll(operator.user.id, { actor: operator.context });
  operator.logins.forgetUser(operator.user.email);
  return { session_id: operator.session.id, user_id: operator.user.id, ended };
}
