/**
 * What an access token is good for. `api`: every route below `/api/v1`, its hook endpoints included. `hooks`: the
 * hook endpoints alone. `mcp/<server>`: that one MCP server's endpoint.
 */
export type Resource = 'api' | 'hooks' | `mcp/${string}`;

/** The audience that names a resource: its URL under the installation's public one (RFC 8707). */
export function audienceOf(publicUrl: string, resource: Resource): string {
  if (resource === 'api') return `${publicUrl}/api/v1`;
  if (resource === 'hooks') return `${publicUrl}/api/v1/hooks`;
  return `${publicUrl}/${resource}`;
}
