import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { BrowserSessions, isCsrfToken, LoginLinks, Passkeys, Users } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formOf, installForms } from '../pages/form.ts';
import { sendPage, sendProblemPage } from '../pages/page.ts';
import { BrowserCookie } from './browser-cookie.ts';
import {
  goOnPage,
  linkPage,
  loggedInPage,
  loggedOutPage,
  loginPage,
  passkeySection,
  requestedPage,
} from './login-pages.ts';
import { LoginThrottle } from './login-throttle.ts';
import { registerPasskeyRoutes } from './passkey.routes.ts';
import { registerProveRoutes } from './prove.routes.ts';
import { returnPath } from './return-path.ts';

/** A page that a link elsewhere may lead to: looking at it does nothing. */
const PAGE = { config: { page: true } };

/**
 * The pages by which a person logs in and out, as raw Fastify routes in a scope of their own, since they read forms.
 * Listed in `access/raw-routes.ts`.
 */
export function registerLoginRoutes(fastify: FastifyInstance, app: INestApplicationContext): void {
  const cookie = app.get(BrowserCookie);
  const links = app.get(LoginLinks);
  const browserSessions = app.get(BrowserSessions);
  const users = app.get(Users);
  const passkeys = app.get(Passkeys);
  const throttle = app.get(LoginThrottle);
  const { publicUrl } = app.get<Configuration>(CONFIGURATION).profile;

  const queryOf = (request: FastifyRequest) => request.query as Record<string, unknown>;

  const throttled = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (throttle.admits(request.clientAddress)) return false;
    void sendProblemPage(reply.header('retry-after', '60'), 429, 'Too many attempts', 'Wait a minute.');
    return true;
  };

  void fastify.register(async (scope) => {
    installForms(scope);
    registerPasskeyRoutes(scope, app);
    registerProveRoutes(scope, app);

    scope.get('/login', PAGE, async (request, reply) => {
      const returnTo = returnPath(queryOf(request).return_to, publicUrl);
      const session = await cookie.session(request);
      if (session === null) return sendPage(reply, loginPage(returnTo));
      const { userId } = session.principal;
      const own = passkeySection(await passkeys.list(userId), session);
      return sendPage(reply, loggedInPage(await users.get(userId), session, own));
    });

    scope.get('/login/link', PAGE, async (request, reply) => {
      const { code, return_to: returnTo } = queryOf(request);
      const shown = typeof code === 'string' ? code.slice(0, 200) : '';
      return sendPage(reply, linkPage(shown, returnPath(returnTo, publicUrl)));
    });

    scope.post('/login/link', async (request, reply) => {
      if (throttled(request, reply)) return reply;
      const form = formOf(request);
      const returnTo = returnPath(form.get('return_to'), publicUrl);
      try {
        const opened = await links.redeem((form.get('code') ?? '').trim());
        // One browser, one session: the one before is of no more use.
        await browserSessions.end(cookie.valueOf(request));
        cookie.set(reply, opened.cookie, opened.session.expiresAt);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const status = error.owner === 'caller' ? 403 : 503;
        return sendPage(reply.code(status), loginPage(returnTo, `Not logged in: ${error.message}.`));
      }
      return sendPage(reply, goOnPage(returnTo));
    });

    scope.post('/login/request', async (request, reply) => {
      if (throttled(request, reply)) return reply;
      const form = formOf(request);
      await links.request(form.get('email') ?? '');
      return sendPage(reply, requestedPage(returnPath(form.get('return_to'), publicUrl)));
    });

    scope.post('/logout', async (request, reply) => {
      const session = await cookie.session(request);
      if (session !== null && !isCsrfToken(formOf(request).get('csrf_token'), session.csrfToken)) {
        return sendProblemPage(reply, 400, 'Not from here', 'This form was not sent by a page of Gatehouse.');
      }
      await browserSessions.end(cookie.valueOf(request));
      cookie.clear(reply);
      return sendPage(reply, loggedOutPage());
    });
  });
}
