import { API_SCOPE, type Resource, serverScope } from '@gatehouse/identity';
import { CLI_CLIENT_ID } from '../clients/first-party.ts';
import type { OAuthResources } from '../resources/oauth-resources.ts';
import { IDENTITY_SCOPES, meaningOf, type ScopeMeaning, scopesOf } from '../resources/scopes.ts';

/** What a program asks a person for. */
export interface WantedAccess {
  /** Null where only who the person is is asked for. */
  readonly resource: Resource | null;
  readonly resourceUrl: string | null;
  readonly scopes: readonly ScopeMeaning[];
}

/** Where a client's description comes from, which is all that is known about it. */
export type ClientOrigin =
  | { readonly kind: 'gatehouse' }
  | { readonly kind: 'document'; readonly host: string }
  | { readonly kind: 'registered' };

export interface AskingClient {
  readonly id: string;
  /** What the program calls itself. */
  readonly name: string;
  readonly origin: ClientOrigin;
}

/** Of the scopes that were asked for, those that there are; a resource without any gets the one by which it is used. */
export function wantedAccess(
  { scope, resource }: { readonly scope?: unknown; readonly resource?: unknown },
  resources: OAuthResources,
): WantedAccess {
  const url = Array.isArray(resource) ? resource[0] : resource;
  const known = typeof url === 'string' ? (resources.find(url) ?? null) : null;
  const asked = typeof scope === 'string' ? [...new Set(scope.split(' '))] : [];
  const offered = known === null ? [] : scopesOf(known).map((one) => one.scope);
  const own = asked.filter((one) => offered.includes(one));
  const identity = asked.filter((one) => IDENTITY_SCOPES.some((known) => known.scope === one));
  const granted = [...identity, ...(known !== null && own.length === 0 ? [usualScope(known)] : own)];
  return {
    resource: known,
    resourceUrl: known === null ? null : resources.urlOf(known),
    scopes: granted.map((one) => ({ scope: one, meaning: meaningOf(one, known) })),
  };
}

export function clientOrigin(clientId: string): ClientOrigin {
  if (clientId === CLI_CLIENT_ID) return { kind: 'gatehouse' };
  const url = clientId.startsWith('https://') ? URL.parse(clientId) : null;
  return url === null ? { kind: 'registered' } : { kind: 'document', host: url.host };
}

function usualScope(resource: Resource): string {
  return resource === 'api' ? API_SCOPE : serverScope(resource.replace(/^mcp\//, ''));
}
