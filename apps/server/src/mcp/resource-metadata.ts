import { listingScope, serverScope } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

/** Where a server's protected resource metadata is (RFC 9728 section 3.1). */
export function metadataUrl(publicUrl: string, server: string): string {
  return `${publicUrl}/.well-known/oauth-protected-resource/mcp/${server}`;
}

/** Protected resource metadata (RFC 9728 section 2). Every server is a resource of its own. */
export function resourceMetadata(publicUrl: string, server: string): JsonObject {
  return {
    resource: `${publicUrl}/mcp/${server}`,
    authorization_servers: [publicUrl],
    bearer_methods_supported: ['header'],
    scopes_supported: [listingScope(server), serverScope(server)],
    resource_name: `Gatehouse: ${server}`,
  };
}

/** The `WWW-Authenticate` of a 401 (RFC 6750 section 3, RFC 9728 section 5.1). Without a token it names no error. */
export function bearerChallenge(publicUrl: string, server: string, hadToken: boolean): string {
  const error = hadToken ? 'error="invalid_token", ' : '';
  return `Bearer ${error}resource_metadata="${metadataUrl(publicUrl, server)}", scope="${serverScope(server)}"`;
}

/** The `WWW-Authenticate` of a 403: what the request needs, so that a client can ask for it (step-up, RFC 6750). */
export function scopeChallenge(publicUrl: string, server: string, needed: string): string {
  return `Bearer error="insufficient_scope", scope="${needed}", resource_metadata="${metadataUrl(publicUrl, server)}"`;
}
