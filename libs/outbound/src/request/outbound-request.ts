import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { DestinationOrigin } from '../address/destination-policy.ts';

/** What to send, where, and how much of an answer to take. */
export interface OutboundRequest {
  /** http or https, without credentials. Redirects are never followed. */
  readonly url: string | URL;
  readonly origin: DestinationOrigin;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange; of a stream, until its headers are there. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
  /** Ends the exchange, its body included; what it was aborted with is thrown. */
  readonly signal?: AbortSignal;
}

/** An answer that is there whole. Its status is never 300 to 399. */
export interface OutboundResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer whose body still comes. Destroy the body when you need no more. */
export interface OutboundStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Fails with `OUTBOUND_TOO_LARGE` past `maxBytes`. */
  readonly body: Readable;
}
