/**
 * What an access token is good for. `api`: every route below `/api/v1`, its hook endpoints included. `hooks`: the
 * hook endpoints alone. `userinfo`: who the person is, and nothing else. `mcp/<server>`: that one MCP server's endpoint.
 */
export type Resource = 'api' | 'hooks' | 'userinfo' | `mcp/${string}`;

/** The audience that names a resource: its URL under the installation's public one (RFC 8707). */
export function audienceOf(publicUrl: string, resource: Resource): string {
  if (resource === 'api') return `${publicUrl}/api/v1`;
  if (resource === 'hooks') return `${publicUrl}/api/v1/hooks`;
  if (resource === 'userinfo') return `${publicUrl}/oauth/userinfo`;
  return `${publicUrl}/${resource}`;
}
