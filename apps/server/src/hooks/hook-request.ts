import { hookCredentialId } from '@gatehouse/identity';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { type ReportedClient, reportedClientOf } from './reported-client.ts';

/** What the hook doors need of an HTTP request. */
export interface HookRequest {
  readonly bearer: string | undefined;
  readonly traceparent: string | undefined;
  readonly userAgent: string | undefined;
  /** The id in the bearer where it has the form of a hook credential. */
  readonly credentialId: string | undefined;
  readonly remoteAddress: string;
  readonly client: ReportedClient;
  readonly body: Buffer;
  readonly onAllow: 'allow' | 'none';
}

export function hookRequestOf(request: FastifyRequest): HookRequest {
  const { traceparent } = request.headers;
  const query = request.query as { on_allow?: unknown };
  const bearer = bearerOf(request);
  return {
    bearer,
    credentialId: bearer === undefined ? undefined : hookCredentialId(bearer),
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    userAgent: request.headers['user-agent'],
    remoteAddress: request.clientAddress,
    client: reportedClientOf(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    onAllow: query.on_allow === 'none' ? 'none' : 'allow',
  };
}
