import type { McpEra } from '../upstream/protocol.ts';

/** Whose child is asked for, and in which protocol it will be spoken to. */
export interface ChildOwner {
  readonly userId: string;
  /** Calls with the same key share a child: with `isolation: session` the id of the token's session. */
  readonly isolationKey: string;
  readonly era: McpEra;
  /** Negotiated with the client; a child keeps to the revision of its handshake. */
  readonly protocolVersion: string;
}

/** Names and ids hold no line break, so no two owners share a key. */
export function poolKey(server: string, owner: ChildOwner): string {
  return [server, owner.isolationKey, owner.era, owner.protocolVersion].join('\n');
}
