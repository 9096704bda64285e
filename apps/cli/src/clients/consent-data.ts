import type { JsonObject } from '@gatehouse/kernel';
import type { RememberedConsent } from '@gatehouse/oauth';

export const CONSENT_COLUMNS = ['id', 'user_id', 'client_id', 'resource', 'scopes', 'expires_at'];

export function consentData(consent: RememberedConsent): JsonObject {
  return {
    id: consent.id,
    user_id: consent.userId,
    client_id: consent.clientId,
    redirect_host: consent.redirectHost,
    resource: consent.resource === '' ? null : consent.resource,
    scopes: [...consent.scopes],
    given_at: consent.givenAt.toISOString(),
    expires_at: consent.expiresAt.toISOString(),
  };
}
