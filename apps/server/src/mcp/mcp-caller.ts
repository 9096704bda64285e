import type { Principal } from '@gatehouse/identity';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/** Who sent a request: the token as it came, whom it speaks for, and what the client says of itself. */
export interface McpCaller {
  readonly bearer: string | undefined;
  readonly principal: Principal;
  readonly remoteAddress: string;
  readonly traceparent: string | undefined;
  readonly userAgent: string | undefined;
}

/** Of what a client says of itself: enough to recognise it, and little enough to keep for every session. */
export interface ClientInfo {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const MAX_CLAIM = 256;

export function clientInfoOf(value: JsonValue | undefined): ClientInfo {
  const text = (member: JsonValue | undefined): string | undefined =>
    typeof member === 'string' ? member.slice(0, MAX_CLAIM) : undefined;
  return isJsonObject(value)
    ? { name: text(value.name), version: text(value.version) }
    : { name: undefined, version: undefined };
}

/** A client's claims about itself, cut, for the row. */
export function claimsOf(userAgent: string | undefined, clientInfo: ClientInfo | undefined): JsonObject {
  const claimed: Record<string, string> = {};
  if (userAgent !== undefined) claimed.user_agent = userAgent.slice(0, MAX_CLAIM);
  if (clientInfo?.name !== undefined) claimed.client_name = clientInfo.name;
  if (clientInfo?.version !== undefined) claimed.client_version = clientInfo.version;
  return claimed;
}
