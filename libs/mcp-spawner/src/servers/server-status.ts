import type { CageKind } from '../cage/cage-state.ts';
import type { McpEra } from '../upstream/protocol.ts';

/**
 * `unknown`: not looked at yet. `ready`: definitions are kept. `failed`: the last discovery failed and will be
 * tried again; definitions of an earlier run of the same launch stay in use. `needs secret`: it waits for a secret that
 * the store does not hold. `held`: its program is not the one that was approved, so nothing of it is run.
 */
export type DiscoveryState = 'unknown' | 'discovering' | 'ready' | 'failed' | 'needs secret' | 'held';

/** How discovery of one server stands. Holds nothing that the server sent. */
export interface DiscoveryStatus {
  readonly state: DiscoveryState;
  /** What went wrong last, in one sentence. */
  readonly problem: string | null;
  /** Failures in a row. */
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly retryAt: number | null;
  readonly discoveredAt: number | null;
  readonly offer: ServerOffer;
}

/** How much a server offers. */
export interface ServerOffer {
  readonly eras: readonly McpEra[];
  readonly tools: number;
  readonly resources: number;
  readonly prompts: number;
  /** Definitions that were left out because of their name or shape. */
  readonly leftOut: number;
}

export const UNDISCOVERED: DiscoveryStatus = {
  state: 'unknown',
  problem: null,
  failures: 0,
  retryAt: null,
  discoveredAt: null,
  offer: { eras: [], tools: 0, resources: 0, prompts: 0, leftOut: 0 },
};

/** Plain numbers of one server since this process started. */
export interface ServerCounters {
  /** Processes started, those of discovery runs included. */
  spawns: number;
  /** Starts after a child of the same caller had ended by itself. */
  restarts: number;
  /** Lines of children that were no JSON-RPC message. */
  garbageLines: number;
  /** Lines longer than the limit. */
  oversizedLines: number;
  /** Answers to nothing: late, twice, or under an id that was never given. */
  strayAnswers: number;
  /** Requests of children to their client, whatever became of them. */
  requests: number;
  /** Notifications of children, whatever became of them. */
  notifications: number;
  /** Requests of children that nobody was asked. */
  refusedRequests: number;
}

/** What an operator sees of one MCP server. */
export interface McpServerStatus extends DiscoveryStatus {
  readonly name: string;
  /** Processes alive now. */
  readonly children: number;
  /** In which kind of cage the last one was started; null before there was one. */
  readonly cage: CageKind | null;
  /** Configuration keys that are accepted but not enforced yet. */
  readonly notEnforced: readonly string[];
  readonly counters: Readonly<ServerCounters>;
}
