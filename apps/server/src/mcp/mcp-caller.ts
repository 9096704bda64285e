import type { Principal } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

/** Who sent a request: the token as it came, whom it speaks for, and what the client says of itself. */
export interface McpCaller {
  readonly bearer: string | undefined;
  readonly principal: Principal;
  readonly traceparent: string | undefined;
  readonly userAgent: string | undefined;
}

const MAX_CLAIM = 256;

/** A client's claims about itself, cut, for the row. */
export function claimsOf(userAgent: string | undefined, clientInfo: JsonObject | undefined): JsonObject {
  const claimed: Record<string, string> = {};
  if (userAgent !== undefined) claimed.user_agent = userAgent.slice(0, MAX_CLAIM);
  for (const member of ['name', 'version'] as const) {
    const value = clientInfo?.[member];
    if (typeof value === 'string') claimed[`client_${member}`] = value.slice(0, MAX_CLAIM);
  }
  return claimed;
}
