import { isCsrfToken, Users } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { type DeviceRequest, DeviceRequests } from '@gatehouse/oauth';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrowserCookie } from '../login/browser-cookie.ts';
import { formOf } from '../pages/form.ts';
import { sendPage, sendProblemPage } from '../pages/page.ts';
import { goOnPage } from './consent-page.ts';
import { answeredPage, codePage, devicePage } from './device-pages.ts';
import { FreshLogin } from './fresh-login.ts';
import { OAuthThrottle } from './oauth-throttle.ts';

/** Where a person lets a program elsewhere have access (RFC 8628). In a scope that reads forms. */
export function registerDeviceRoutes(scope: FastifyInstance, app: INestApplicationContext): void {
  const devices = app.get(DeviceRequests);
  const cookie = app.get(BrowserCookie);
  const users = app.get(Users);
  const throttle = app.get(OAuthThrottle);
  const fresh = app.get(FreshLogin);

  /** The session that the browser has counts no more here, so that the page of the login is shown. */
  const toLogin = (reply: FastifyReply, returnTo: string) => {
    cookie.clear(reply);
    return reply.redirect(loginFor(returnTo), 303);
  };

  /** What waits with this code; undefined when the person has been told that nothing does. */
  const find = async (
    request: FastifyRequest,
    reply: FastifyReply,
    typed: string,
  ): Promise<DeviceRequest | undefined> => {
    if (!throttle.admits('guess', request.clientAddress)) {
      await sendProblemPage(reply.header('retry-after', '60'), 429, 'Too many attempts', 'Wait a minute.');
      return undefined;
    }
    try {
      return await devices.get(typed);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await sendPage(reply.code(400), codePage(`${error.message}.`));
      return undefined;
    }
  };

  scope.get('/oauth/device', { config: { page: true } }, async (request, reply) => {
    // Our cookies do not come with a step from another site; they do with one from here.
    const site = request.headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') return sendPage(reply, goOnPage(request.url));
    const session = await cookie.session(request);
    if (session === null) return reply.redirect(loginFor(request.url), 303);
    if (await fresh.isWanting(session.principal)) return toLogin(reply, request.url);
    const { user_code: typed } = request.query as Record<string, unknown>;
    if (typeof typed !== 'string' || typed === '') return sendPage(reply, codePage());
    const asked = await find(request, reply, typed.slice(0, 20));
    if (asked === undefined) return reply;
    const { displayName, email } = await users.get(session.principal.userId);
    return sendPage(reply, devicePage(asked, { displayName, email, csrfToken: session.csrfToken }));
  });

  scope.post('/oauth/device', async (request, reply) => {
    const session = await cookie.session(request);
    const form = formOf(request);
    if (session === null || !isCsrfToken(form.get('csrf_token'), session.csrfToken)) {
      return sendProblemPage(reply, 400, 'Not from here', 'This form was not sent by a page of Gatehouse.');
    }
    const asked = await find(request, reply, form.get('user_code') ?? '');
    if (asked === undefined) return reply;
    const allowed = form.get('answer') === 'allow';
    if (allowed && (await fresh.isWanting(session.principal)))
      return toLogin(reply, `/oauth/device?user_code=${asked.userCode}`);
    if (allowed) await devices.allow(asked, session.principal);
    else await devices.refuse(asked, session.principal);
    return sendPage(reply, answeredPage(allowed));
  });
}

function loginFor(returnTo: string): string {
  return `/login?return_to=${encodeURIComponent(returnTo)}`;
}
