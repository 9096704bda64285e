import { isLive, type Session, type User } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import { cardReport, type Report } from '../report/report.ts';

/** A session and its user. */
export function loginReport(title: string, { user, session }: { user: User; session: Session }): Report {
  return cardReport(title, {
    email: user.email,
    role: user.role,
    department: user.department,
    ...sessionData(session),
  });
}

export function sessionData(session: Session, nowMs = Date.now()): JsonObject {
  return {
    session_id: session.id,
    user_id: session.userId,
    kind: session.kind,
    agent_id: session.agentId,
    client_id: session.clientId,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    status: isLive(session, nowMs) ? 'live' : (session.revokedReason ?? 'expired'),
  };
}
