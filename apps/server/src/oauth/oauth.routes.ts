import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { PolicyDecisionPoint } from '@gatehouse/governance';
import { AuthorizationServer, type Refusal } from '@gatehouse/oauth';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { installForms } from '../pages/form.ts';
import { problemPage, renderPage, sendPage } from '../pages/page.ts';
import { registerClientRoutes } from './client.routes.ts';
import { registerConsentRoutes } from './consent.routes.ts';
import { goOnPage } from './consent-page.ts';
import { registerDeviceRoutes } from './device.routes.ts';
import { type OAuthRequestKind, OAuthThrottle } from './oauth-throttle.ts';
import { ProviderHandover } from './provider-handover.ts';

/** A page that a link elsewhere may lead to: looking at it does nothing. */
const PAGE = { config: { page: true } };

/** The authorization server, as raw Fastify routes in scopes of their own. Listed in `access/raw-routes.ts`. */
export function registerOAuthRoutes(fastify: FastifyInstance, app: INestApplicationContext): void {
  const { publicUrl } = app.get<Configuration>(CONFIGURATION).profile;
  const server = app.get(AuthorizationServer);
  const throttle = app.get(OAuthThrottle);
  const provider = new ProviderHandover(server, publicUrl);
  const pdp = app.get(PolicyDecisionPoint);
  server.tell(
    (refusal) => void record(pdp, refusal),
    (code) => renderPage(problemPage('That did not work', SENTENCES[code] ?? OTHER)),
  );

  const admits = (kind: OAuthRequestKind, request: FastifyRequest, reply: FastifyReply): boolean => {
    if (throttle.admits(kind, request.clientAddress)) return true;
    void reply.code(429).header('retry-after', '60').send({
      error: 'temporarily_unavailable',
      error_description: 'too many requests from this network within a minute',
    });
    return false;
  };

  const refused = (request: FastifyRequest, code: string) => {
    const route = `${request.method} ${request.routeOptions.url ?? '/oauth'}`;
    void record(pdp, {
      request: request.raw,
      remoteAddress: request.clientAddress,
      route,
      event: 'request',
      code,
    });
  };
  void fastify.register(async (scope) => registerClientRoutes(scope, app, { admits, refused }));

  // The provider reads bodies itself.
  void fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));

    scope.get('/.well-known/oauth-authorization-server', (request, reply) => provider.serve(request, reply));
    scope.get('/.well-known/openid-configuration', (request, reply) => provider.serve(request, reply));
    scope.get('/oauth/jwks', (request, reply) => provider.serve(request, reply));

    scope.get('/oauth/authorize', PAGE, async (request, reply) => {
      const elsewhere = stepTo(request, publicUrl);
      if (elsewhere !== null) return sendPage(reply, goOnPage(elsewhere));
      if (!admits('start', request, reply)) return reply;
      return provider.serve(request, reply, { fresh: true });
    });
    scope.get('/oauth/authorize/:uid', (request, reply) => provider.serve(request, reply));
    scope.post('/oauth/token', async (request, reply) => {
      if (admits('token', request, reply)) await provider.serve(request, reply);
      return reply;
    });
    scope.post('/oauth/device_authorization', async (request, reply) => {
      if (admits('start', request, reply)) await provider.serve(request, reply);
      return reply;
    });
  });

  void fastify.register(async (scope) => {
    installForms(scope);
    registerConsentRoutes(scope, app);
    registerDeviceRoutes(scope, app);
  });
}

/**
 * A browser that comes from another site does not bring our cookies, which are `SameSite=Strict`; and one that came by
 * another name of this machine has none for the public one. Such a request is asked once more by a page of ours.
 */
function stepTo({ headers, url }: FastifyRequest, publicUrl: string): string | null {
  if (headers['sec-fetch-site'] === undefined) return null;
  if (headers.host !== new URL(publicUrl).host) return `${publicUrl}${url}`;
  return headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site' ? url : null;
}

const OTHER =
  'The program that sent you here asked for something that cannot be given. Go back to it and try again.';
/** What a person is told, in place of what the protocol calls it. */
const SENTENCES: Readonly<Record<string, string>> = {
  invalid_client: 'The program that sent you here is not known, or may not describe itself here.',
  invalid_redirect_uri:
    'The program that sent you here asks for the answer at an address that is not its own.',
  invalid_request:
    'The request of the program that sent you here is not complete, or has been answered already.',
  server_error: 'Something failed here. Try again, or tell the operator.',
};

/** Refusals are rows, as those of every door, and counted with them. */
async function record(
  pdp: PolicyDecisionPoint,
  { request, remoteAddress, route, code }: Refusal,
): Promise<void> {
  const { traceparent } = request.headers;
  if (code === 'authorization_pending' || code === 'slow_down') return;
  await pdp.reject({
    bearer: undefined,
    remoteAddress,
    resource: 'api',
    action: route,
    policy: code === 'invalid_client' || code === 'invalid_grant' ? 'token_invalid' : 'input_invalid',
    reason: `The authorization server answered ${code}.`,
    correlation: { traceparent: typeof traceparent === 'string' ? traceparent : undefined },
  });
}
