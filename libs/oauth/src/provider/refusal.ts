import type { IncomingMessage } from 'node:http';

/** A request that the authorization server refused. */
export interface Refusal {
  readonly request: IncomingMessage;
  readonly remoteAddress: string;
  /** `POST /oauth/token` */
  readonly route: string;
  readonly event: string;
  /** The OAuth error code. */
  readonly code: string;
}
