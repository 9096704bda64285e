import type { FastifyRequest } from 'fastify';

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/** The token of `Authorization: Bearer`, without the scheme (RFC 6750 section 2.1). */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1];
}
