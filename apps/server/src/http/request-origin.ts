import type { Profile } from '@gatehouse/config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the route answers, with 200, a request that did not come from here: where anything else would fail open. */
    refusal?: (reason: string) => object;
    /** A page that a link on another site may lead to: looking at it does nothing. */
    page?: boolean;
  }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
/** A page on another port of the same host is `same-site`, and no more ours than any other. */
const OWN_SITES = new Set([undefined, 'none', 'same-origin']);

/**
 * Loopback is not a boundary (threat T17): a request names one of our own hosts, and comes from no page or from one
 * of ours. Against DNS rebinding and cross-site requests; installed before anything else looks at the request.
 * Forwarded headers say nothing here: the server trusts no proxy.
 */
export function installOriginCheck(fastify: FastifyInstance, profile: Profile): void {
  const { port } = profile;
  const { host: publicHost, origin: publicOrigin } = new URL(profile.publicUrl);
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const { host, origin, 'sec-fetch-site': site } = request.headers;
    if (!isOurs(host, publicHost, port)) {
      refuse(request, reply, 'HOST_REFUSED', 'This server has another name.');
    } else if (!isOwnSite(request, site) || !isOwnOrigin(origin, publicOrigin, port)) {
      refuse(request, reply, 'ORIGIN_REFUSED', 'Requests from other sites are refused.');
    } else done();
  });
}

/** Of our own page or of nobody's; a page of ours may also be reached by following a link. */
function isOwnSite({ method, headers, routeOptions }: FastifyRequest, site: unknown): boolean {
  if (OWN_SITES.has(site as string | undefined)) return true;
  if (routeOptions.config.page !== true || (method !== 'GET' && method !== 'HEAD')) return false;
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** Absent, the public URL's, or that of a loopback name with our port. `null`, which any page can send, is not. */
function isOwnOrigin(origin: string | undefined, publicOrigin: string, port: number): boolean {
  if (origin === undefined || origin === publicOrigin) return true;
  return origin.startsWith('http://') && isOurs(origin.slice('http://'.length), '', port);
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

/** Answers a request that is not served: problem details, or what the route's clients take for a no. */
export function refuse(request: FastifyRequest, reply: FastifyReply, code: string, title: string): void {
  const { refusal } = request.routeOptions.config;
  if (refusal !== undefined) void reply.status(200).send(refusal(title));
  else
    void reply
      .status(403)
      .type(PROBLEM_TYPE)
      .send(problem(403, code, title));
}
