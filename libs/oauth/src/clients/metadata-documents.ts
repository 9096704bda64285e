import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { OutboundClient } from '@gatehouse/outbound';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'oidc-provider';
import { isSafeRedirect } from './redirect-safety.ts';

/** A client describes itself on a page or so; what is longer is not read. */
const DOCUMENT_BYTES = 16 * 1024;
const FETCH_MS = 5_000;

/**
 * Client ID metadata documents: a client that is known by the https URL of what it says of itself. They are fetched
 * through the guarded client, from the hosts that the operator trusts to name clients, and never believed beyond that
 * their host published them.
 */
@Injectable()
export class MetadataDocuments {
  readonly #hosts: readonly string[];

  constructor(
    private readonly outbound: OutboundClient,
    @Inject(CONFIGURATION) { services }: Pick<Configuration, 'services'>,
  ) {
    this.#hosts = services.settings.oauth.clientDocumentHosts;
  }

  /** Whether the operator lets clients of any host name themselves. A client that can do without is told that it must. */
  get areRead(): boolean {
    return this.#hosts.length > 0;
  }

  /** Whether the operator lets clients of this URL's host name themselves. */
  isTrusted(clientId: string): boolean {
    const host = URL.parse(clientId)?.hostname.toLowerCase();
    return host !== undefined && this.#hosts.some((pattern) => matches(pattern, host));
  }

  /** Whether a fetched document describes a client that may take part: every address is one that a code may be sent to. */
  isAcceptable(client: Pick<Client, 'redirectUris'>): boolean {
    const uris = client.redirectUris ?? [];
    return uris.length <= 20 && uris.every(isSafeRedirect);
  }

  /** `fetch` as the provider calls it. No redirect is followed; an answer that is too long is none. */
  async fetch(url: string | URL, init: { readonly headers?: unknown } = {}): Promise<Response> {
    const headers = Object.fromEntries(new Headers(init.headers as Record<string, string> | undefined));
    const {
      status,
      headers: answered,
      body,
    } = await this.outbound.send({
      url: String(url),
      headers,
      origin: 'foreign',
      timeoutMs: FETCH_MS,
      maxBytes: DOCUMENT_BYTES,
    });
    const kept = ['content-type', 'cache-control', 'expires'].flatMap((name) => {
      const value = answered[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    return new Response(new Uint8Array(body), { status, headers: kept });
  }
}

/** `*` is every host, `*.example.com` every host below that one, and else it is the host itself. */
function matches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
