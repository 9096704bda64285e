import { API_SCOPE, listingScope, type Resource, serverScope } from '@gatehouse/identity';

/** What a person grants for a resource, scope by scope, and what each allows, for the consent page. */
export interface ScopeMeaning {
  readonly scope: string;
  readonly meaning: string;
}

/** The scopes that a resource knows. Each resource has scopes of its own, so none is good at another. */
export function scopesOf(resource: Resource): readonly ScopeMeaning[] {
  if (resource === 'api')
    return [{ scope: API_SCOPE, meaning: 'do at Gatehouse whatever you may, as if you did it' }];
  if (!resource.startsWith('mcp/')) return [];
  const server = resource.slice('mcp/'.length);
  return [
    { scope: listingScope(server), meaning: `see which tools the MCP server ${server} offers you` },
    { scope: serverScope(server), meaning: `use the tools of the MCP server ${server} in your name` },
  ];
}

/** Scopes of OpenID Connect, which say who somebody is and open nothing. */
export const IDENTITY_SCOPES: readonly ScopeMeaning[] = [
  { scope: 'openid', meaning: 'know that it is you' },
  { scope: 'profile', meaning: 'know your name' },
  { scope: 'email', meaning: 'know your e-mail address' },
  { scope: 'offline_access', meaning: 'stay connected for up to 24 hours without asking again' },
];

/** What a scope allows; the scope itself where nobody gave it a meaning. */
export function meaningOf(scope: string, resource: Resource | null): string {
  const known = [...IDENTITY_SCOPES, ...(resource === null ? [] : scopesOf(resource))];
  return known.find((one) => one.scope === scope)?.meaning ?? scope;
}
