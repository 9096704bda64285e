import type { IncomingMessage } from 'node:http';
import type { AuthorizationServer } from '@gatehouse/oauth';
import type { FastifyReply, FastifyRequest } from 'fastify';

const MOUNTED_AT = '/oauth';

/**
 * Hands a request to the provider, which reads its body itself and answers on the raw response. It learns the public
 * address from headers that we set, whatever the client sent, and works below `/oauth`.
 */
export class ProviderHandover {
  readonly #protocol: string;
  readonly #host: string;

  constructor(
    private readonly server: AuthorizationServer,
    publicUrl: string,
  ) {
    const { protocol, host } = new URL(publicUrl);
    this.#protocol = protocol.slice(0, -1);
    this.#host = host;
  }

  /** `fresh`: nothing that the browser kept of an earlier request counts. */
  async serve(request: FastifyRequest, reply: FastifyReply, { fresh = false } = {}): Promise<void> {
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    await this.server.serve(this.#prepared(request, fresh), reply.raw);
  }

  #prepared({ raw, clientAddress }: FastifyRequest, fresh: boolean): IncomingMessage {
    const request = raw as IncomingMessage & { originalUrl?: string };
    const url = request.url ?? '/';
    const mounted = url.startsWith(`${MOUNTED_AT}/`);
    request.originalUrl = mounted ? url : `${MOUNTED_AT}${url}`;
    request.url = mounted ? url.slice(MOUNTED_AT.length) : url;
    const { headers } = request;
    for (const name of Object.keys(headers)) if (name.startsWith('x-forwarded-')) delete headers[name];
    headers['x-forwarded-for'] = clientAddress;
    headers['x-forwarded-proto'] = this.#protocol;
    headers['x-forwarded-host'] = this.#host;
    headers.host = this.#host;
    if (fresh) headers.cookie = withoutSession(headers.cookie ?? '');
    return request;
  }
}

function withoutSession(cookie: string): string {
  return cookie
    .split(';')
    .filter((pair) => !/^\s*gatehouse_oauth(?:\.sig)?=/.test(pair))
    .join(';');
}
