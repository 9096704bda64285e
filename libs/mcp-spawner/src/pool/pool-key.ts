import { canonicalJson, type JsonObject, type RequestContext } from '@gatehouse/kernel';
import type { RegisteredServer } from '../servers/registered-server.ts';
import type { McpEra } from '../upstream/protocol.ts';

/** Whose child is asked for, and in which protocol it will be spoken to. */
export interface ChildOwner {
  readonly userId: string;
  /** The id of the token's session: with `isolation: session` its calls share a child. */
  readonly isolationKey: string;
  readonly era: McpEra;
  /** Negotiated with the client; a child keeps to the revision of its handshake. */
  readonly protocolVersion: string;
  /** What the client may be asked, as MCP capabilities. A child of the era with a handshake keeps to those it was told. */
  readonly capabilities?: JsonObject;
  /** Of the call that asks for a child: secrets that are opened for it are on record under it. */
  readonly context?: RequestContext;
}

/** The capabilities that a child is told in its handshake. */
export function toldCapabilities({ era, capabilities = {} }: ChildOwner): JsonObject {
  return era === 'legacy' ? capabilities : {};
}

/**
 * Calls with the same key share a child; names and ids hold no line break, so no two owners share one. With
 * `isolation: call` no two calls do: there the key only names whose failures are counted together.
 */
export function poolKey({ name, config }: RegisteredServer, owner: ChildOwner): string {
  const whose = config.isolation === 'shared' ? '' : owner.isolationKey;
  return [name, whose, owner.era, owner.protocolVersion, canonicalJson(toldCapabilities(owner))].join('\n');
}
