import {
  type DestinationPolicy,
  destinationPolicy,
  type OutboundStream,
  streamOutbound,
} from '@gatehouse/outbound';
import type { OpenedSecret } from '../warden/open-secrets.ts';
import type { EgressOrder } from './egress-order.ts';
import { fillHeaders } from './fill-headers.ts';

export interface TargetRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/**
 * One remote address and the credentials for it. They are added here, after a request has left the server; nothing is
 * sent anywhere else, whatever a request or an answer says, and no redirect is followed. Speaks no protocol: what is
 * bridged to it does.
 */
export class CredentialedTarget {
  readonly #url: URL;
  readonly #credentials: Readonly<Record<string, string>>;
  readonly #policy: DestinationPolicy;
  readonly #timeoutMs: number;

  constructor(order: EgressOrder, secrets: readonly OpenedSecret[]) {
    this.#url = new URL(order.target.url);
    this.#credentials = fillHeaders(order.target.headers, secrets);
    this.#policy = destinationPolicy(order.outboundAllow);
    this.#timeoutMs = order.timeoutMs;
  }

  /** Resolves when the answer begins; its body is the caller's to bound. @throws AppError `OUTBOUND_…` */
  send({ method, headers, body, signal }: TargetRequest): Promise<OutboundStream> {
    return streamOutbound(
      {
        url: this.#url,
        origin: 'configured',
        method,
        headers: { ...headers, ...this.#credentials },
        timeoutMs: this.#timeoutMs,
        maxBytes: Number.MAX_SAFE_INTEGER,
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      },
      this.#policy,
    );
  }
}
