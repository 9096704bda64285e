import { type ApiKey, isLive } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

export const API_KEY_COLUMNS = ['id', 'name', 'prefix', 'user_id', 'scopes', 'expires_at', 'status'] as const;

export function apiKeyData({ id, name, prefix, session }: ApiKey, nowMs = Date.now()): JsonObject {
  return {
    id,
    name,
    prefix,
    user_id: session.userId,
    scopes: (session.scopes ?? []).join(' '),
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    status: isLive(session, nowMs) ? 'live' : (session.revokedReason ?? 'expired'),
  };
}
