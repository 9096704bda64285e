import type { Profile } from '@gatehouse/config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problem } from './problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * Loopback is not a boundary (threat T17): a request names one of our own hosts, and comes from no page or from one
 * of ours. Against DNS rebinding and cross-site requests; installed before anything else looks at the request.
 */
export function installOriginCheck(fastify: FastifyInstance, profile: Profile, port: () => number): void {
  const publicHost = new URL(profile.publicUrl).host;
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (!isOurs(request.headers.host, publicHost, port()))
      refuse(reply, 'HOST_REFUSED', 'This server has another name.');
    else if (!originAllowed(request, publicHost, port())) {
      refuse(reply, 'ORIGIN_REFUSED', 'Requests from other sites are refused.');
    } else done();
  });
}

function originAllowed({ headers }: FastifyRequest, publicHost: string, port: number): boolean {
  const { origin } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  if (origin === undefined) return true;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  return isOurs(host, publicHost, port);
}

/** Whether `host` is the public name, or any name of loopback with our port: those are one authority. */
function isOurs(host: string | undefined, publicHost: string, port: number): boolean {
  if (host === undefined) return false;
  if (host === publicHost) return true;
  const colon = host.lastIndexOf(':');
  const [name, hostPort] =
    colon > host.lastIndexOf(']') ? [host.slice(0, colon), host.slice(colon + 1)] : [host, '80'];
  return LOOPBACK.has(name.toLowerCase()) && hostPort === String(port);
}

function refuse(reply: FastifyReply, code: string, title: string): void {
  void reply
    .status(403)
    .type(PROBLEM_TYPE)
    .send(problem(403, code, title));
}
