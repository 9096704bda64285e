import type { Policy } from '../policy.ts';

/**
 * A row that lacks only its id and its time: every column as PostgreSQL will store it, and the canonical object
 * that the leaf hashes, in two halves around those two.
 */
export interface PreparedRow {
  readonly event: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly taskId: string;
  readonly traceId: string;
  readonly contextId: string;
  readonly clientId: string;
  readonly role: string;
  readonly agentId: string | null;
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  readonly reason: string;
  /** Canonical JSON text (RFC 8785), as stored. */
  readonly evaluation: string;
  readonly result: string | null;
  readonly costMicrodollars: bigint;
  readonly commitment: string | null;
  /** The leaf's canonical object up to the value of `id`, and from behind the value of `occurred_at` on. */
  readonly leafHead: string;
  readonly leafTail: string;
  /** How much of the row is erasable content. */
  readonly contentBytes: number;
  /** An upper bound of the row's size in a statement. */
  readonly bytes: number;
}
