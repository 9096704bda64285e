import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { AppError } from '@gatehouse/kernel';
import type { DestinationPolicy } from '../address/destination-policy.ts';
import { guardedLookup, type Resolve, refused } from '../address/guarded-lookup.ts';
import type { OutboundRequest } from './outbound-request.ts';

/**
 * Sends a request and resolves with the head of its answer. A connection of its own, no proxy of the environment, no
 * compression, no redirect.
 * @throws AppError `OUTBOUND_URL_INVALID`, `OUTBOUND_DESTINATION_REFUSED`, `OUTBOUND_UNREACHABLE`, `OUTBOUND_REDIRECTED`,
 * `OUTBOUND_TIMEOUT`; whatever `signal` was aborted with.
 */
export function openExchange(
  request: OutboundRequest,
  policy: DestinationPolicy,
  resolve?: Resolve,
): Promise<IncomingMessage> {
  const url = destination(request, policy);
  const { promise, resolve: opened, reject } = Promise.withResolvers<IncomingMessage>();
  // Not imported: an import of either loads all that they would load on demand, and every command would wait for it.
  const { request: send } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const outgoing = send(url, {
    method: request.method ?? 'GET',
    headers: { 'accept-encoding': 'identity', ...request.headers, ...lengthOf(request.body) },
    lookup: guardedLookup(policy, request.origin, resolve),
    agent: false,
    maxHeaderSize: 16 * 1024,
  });
  const { signal } = request;
  const abort = () =>
    outgoing.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
  const late = setTimeout(() => outgoing.destroy(timedOut()), request.timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  outgoing.on('close', () => {
    clearTimeout(late);
    signal?.removeEventListener('abort', abort);
  });
  outgoing.on('error', (error) => reject(asAppError(error, url)));
  outgoing.on('response', (answer) => {
    clearTimeout(late);
    const status = answer.statusCode ?? 0;
    if (status < 300 || status > 399) return opened(answer);
    reject(redirected(url));
    outgoing.destroy();
  });
  if (signal?.aborted === true) abort();
  outgoing.end(request.body);
  return promise;
}

function destination(request: OutboundRequest, policy: DestinationPolicy): URL {
  const { origin } = request;
  const url = URL.canParse(`${request.url}`) ? new URL(request.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new AppError('OUTBOUND_URL_INVALID', 'that is no http or https address without credentials', {
      owner: 'operator',
    });
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (origin === 'foreign' && url.protocol !== 'https:' && !policy.lists(host)) {
    throw refused(host, 'it is not https');
  }
  // A socket does not look up a literal address: it is judged here.
  const refusal = isIP(host) === 0 ? undefined : policy.refusal(host, host, origin);
  if (refusal !== undefined) throw refused(host, refusal);
  return url;
}

function lengthOf(body: string | Uint8Array | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

/** That an answer, or the rest of it, did not come. */
export function timedOut(): AppError {
  return new AppError('OUTBOUND_TIMEOUT', 'no answer in time', { owner: 'operator' });
}

function redirected({ host }: URL): AppError {
  return new AppError('OUTBOUND_REDIRECTED', `${host} answers with a redirect, which is not followed`, {
    owner: 'operator',
    hint: 'Configure the address that it leads to.',
  });
}

function asAppError(error: Error, { host }: URL): Error {
  if (error instanceof AppError || !('code' in error)) return error;
  return new AppError('OUTBOUND_UNREACHABLE', `${host} cannot be reached`, {
    owner: 'operator',
    cause: error,
  });
}
