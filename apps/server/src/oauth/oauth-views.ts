import type { RememberedConsent, StoredClient } from '@gatehouse/oauth';

/** A client as the API shows it; never its secret. */
export function clientView(client: StoredClient) {
  return {
    client_id: client.id,
    kind: client.kind,
    name: client.name,
    user_id: client.userId,
    agent_id: client.agentId,
    created_at: client.createdAt,
    last_used_at: client.lastUsedAt,
    expires_at: client.expiresAt,
  };
}

export function consentView(consent: RememberedConsent) {
  return {
    id: consent.id,
    user_id: consent.userId,
    client_id: consent.clientId,
    redirect_host: consent.redirectHost,
    resource: consent.resource === '' ? null : consent.resource,
    scopes: consent.scopes,
    given_at: consent.givenAt,
    expires_at: consent.expiresAt,
  };
}
