import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';

/** What the hook doors need of an HTTP request. */
export interface HookRequest {
  readonly bearer: string | undefined;
  readonly traceparent: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: Buffer;
  readonly onAllow: 'allow' | 'none';
}

export function hookRequestOf(request: FastifyRequest): HookRequest {
  const { traceparent } = request.headers;
  const query = request.query as { on_allow?: unknown };
  return {
    bearer: bearerOf(request),
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    userAgent: request.headers['user-agent'],
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    onAllow: query.on_allow === 'none' ? 'none' : 'allow',
  };
}
