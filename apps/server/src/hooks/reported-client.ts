import type { IncomingHttpHeaders } from 'node:http';

/** What the command form reports of its client with each call, as it came; undefined where it reports nothing. */
export interface ReportedClient {
  /** Name and version: `claude-code/2.1.330`. */
  readonly version: string | undefined;
  /** SHA-256, hex, of its hooks' settings. */
  readonly settings: string | undefined;
  readonly device: string | undefined;
  /** 32 hex digits that the answer's proof has to hold. */
  readonly nonce: string | undefined;
}

const NONCE = /^[0-9a-f]{32}$/;
const MAX_CHARACTERS = 128;

export function reportedClientOf(headers: IncomingHttpHeaders): ReportedClient {
  const nonce = text(headers['x-gatehouse-nonce']);
  return {
    version: text(headers['x-gatehouse-client']),
    settings: text(headers['x-gatehouse-settings']),
    device: text(headers['x-gatehouse-device']),
    nonce: nonce !== undefined && NONCE.test(nonce) ? nonce : undefined,
  };
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header.length <= MAX_CHARACTERS ? header : undefined;
}
