import type { JsonObject } from '@gatehouse/kernel';
import type { StoredClient } from '@gatehouse/oauth';

export const CLIENT_COLUMNS = [
  'client_id',
  'kind',
  'name',
  'user_id',
  'agent_id',
  'last_used_at',
  'expires_at',
];

export function clientData(client: StoredClient): JsonObject {
  return {
    client_id: client.id,
    kind: client.kind,
    name: client.name,
    user_id: client.userId,
    agent_id: client.agentId,
    created_at: client.createdAt.toISOString(),
    last_used_at: client.lastUsedAt?.toISOString() ?? null,
    expires_at: client.expiresAt?.toISOString() ?? null,
  };
}
