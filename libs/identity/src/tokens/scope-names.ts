/** To do at the API whatever the user may. */
export const API_SCOPE = 'api';

/** To have tool calls decided at the hook endpoints, for a credential that is good for these alone. */
const HOOKS_SCOPE = 'hooks';

/** To list what an MCP server offers, and nothing else. */
export function listingScope(server: string): string {
  return `mcp:${server}:list`;
}

/** To use an MCP server: what `mcp:<server>:list` allows, and calling its tools. */
export function serverScope(server: string): string {
  return `mcp:${server}`;
}

interface Granted {
  readonly scopes: readonly string[] | null;
  readonly audience: string;
}

/** Whether a token may be used to act at its resource, not just to look at it. One that is bound to no scopes may. */
export function mayAct({ scopes, audience }: Granted): boolean {
  if (scopes === null) return true;
  return scopes.includes(actingScope(audience));
}

function actingScope(audience: string): string {
  const server = /\/mcp\/([^/]+)$/.exec(audience)?.[1];
  if (server !== undefined) return serverScope(server);
  return audience.endsWith('/api/v1/hooks') ? HOOKS_SCOPE : API_SCOPE;
}
