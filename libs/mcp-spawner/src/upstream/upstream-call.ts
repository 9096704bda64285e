import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { ClientRequestListener } from './client-request.ts';

/** One request to a child. Its parameters are relayed as they are; only id and progress token are replaced. */
export interface UpstreamRequest {
  readonly method: string;
  readonly params?: JsonObject;
  /** For a server at an address: headers that repeat arguments, as text, by their lower-case names. */
  readonly repeated?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Whose request it is: what a child asks and logs during it reaches nobody while calls of another are open too. */
  readonly caller?: string;
  /** Progress of this very request (with the caller's own token), and log messages that came while it was open. */
  readonly onNotification?: (notification: JsonObject) => void;
  /** Answers what the child asks of its client during it; nothing is answered without. */
  readonly onClientRequest?: ClientRequestListener;
  /** It stays open until it is given up: a subscription. Its clock stops when the child acknowledges it. */
  readonly isWatch?: boolean;
  readonly onAcknowledged?: () => void;
  /** When it fires the child is told to stop and the request ends as `cancelled`. */
  readonly signal?: AbortSignal;
}

/**
 * How a request ended. Only `result` and `error` are the child's own words. After `timeout`, `cancelled`, `died`
 * and `too_large` nobody knows what the child did; after `not_sent` it is certain that it did nothing. No request
 * is ever sent twice.
 */
export type UpstreamOutcome =
  | { readonly kind: 'result'; readonly result: JsonValue }
  | { readonly kind: 'error'; readonly error: JsonObject }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'died'; readonly cause: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'not_sent'; readonly cause: 'busy' | 'gone' | 'cancelled' };
