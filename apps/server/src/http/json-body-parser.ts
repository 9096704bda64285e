import { parseStrictJson } from '@gatehouse/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyInvalid } from './body-invalid.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route parses its body itself and gets the bytes. */
    rawBody?: boolean;
  }
}

/** Bodies are read strictly (threat T14) everywhere; the doors that answer bad ones their own way get the bytes. */
export function installJsonBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    /^application\/(?:[\w.+-]+\+)?json(?:$|;)/,
    { parseAs: 'buffer' },
    (request: FastifyRequest, body, done) => {
      if (wantsBytes(request)) {
        done(null, body);
        return;
      }
      const parsed = parseStrictJson(body);
      if (parsed.ok) done(null, parsed.value);
      else done(bodyInvalid(parsed.problem));
    },
  );
}

function wantsBytes(request: FastifyRequest): boolean {
  return request.routeOptions.config.rawBody === true;
}
