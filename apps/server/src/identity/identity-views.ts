import { type ApiKey, type IpBan, isInForce, isLive, type Session, type User } from '@gatehouse/identity';
import { type JsonObject, systemClock } from '@gatehouse/kernel';

/** A user as the API shows it. */
export function userView(user: User): JsonObject {
  return {
    id: user.id,
    email: user.email,
    display_name: user.displayName,
    role: user.role,
    department: user.department,
    status: user.status,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

export function sessionView(session: Session): JsonObject {
  return {
    id: session.id,
    root_session_id: session.rootSessionId,
    user_id: session.userId,
    client_id: session.clientId,
    agent_id: session.agentId,
    kind: session.kind,
    scopes: session.scopes === null ? null : [...session.scopes],
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    status: isLive(session, systemClock.now()) ? 'live' : (session.revokedReason ?? 'expired'),
  };
}

/** Never its text: that is shown once, where the key is made. */
export function apiKeyView({ id, name, prefix, session }: ApiKey): JsonObject {
  const { user_id, scopes, created_at, last_used_at, expires_at, status } = sessionView(session);
  return { id, name, prefix, user_id, scopes, created_at, last_used_at, expires_at, status } as JsonObject;
}

export function ipBanView(ban: IpBan): JsonObject {
  return {
    id: ban.id,
    network: ban.network,
    reason: ban.reason,
    created_by: ban.createdBy,
    created_at: ban.createdAt.toISOString(),
    expires_at: ban.expiresAt?.toISOString() ?? null,
    lifted_at: ban.liftedAt?.toISOString() ?? null,
    status: isInForce(ban, systemClock.now()) ? 'in_force' : ban.liftedAt === null ? 'expired' : 'lifted',
  };
}
