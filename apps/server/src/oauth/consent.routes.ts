import { isCsrfToken, type Principal, Users } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { type AuthorizationRequest, AuthorizationRequests } from '@gatehouse/oauth';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrowserCookie } from '../login/browser-cookie.ts';
import { formOf } from '../pages/form.ts';
import { sendPage, sendProblemPage } from '../pages/page.ts';
import { consentPage, goOnPage } from './consent-page.ts';
import { FreshLogin } from './fresh-login.ts';

/** Where a person answers a program that asks for access. In a scope that reads forms. */
export function registerConsentRoutes(scope: FastifyInstance, app: INestApplicationContext): void {
  const requests = app.get(AuthorizationRequests);
  const cookie = app.get(BrowserCookie);
  const users = app.get(Users);
  const fresh = app.get(FreshLogin);

  const wantsLogin = async (asked: AuthorizationRequest, person: Principal): Promise<boolean> =>
    (await requests.wantsFreshLogin(asked, person)) || (await fresh.isWanting(person));

  /** The session that the browser has counts no more here, so that the page of the login is shown. */
  const toLogin = (asked: AuthorizationRequest, reply: FastifyReply) => {
    cookie.clear(reply);
    return reply.redirect(loginFor(asked), 303);
  };

  /** The request of this browser that the address names; undefined when the person has been told that there is none. */
  const find = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<AuthorizationRequest | undefined> => {
    const { uid } = request.params as { readonly uid: string };
    try {
      return await requests.get(request.raw, reply.raw, uid);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await sendProblemPage(reply, 400, 'Nothing to answer', `${error.message}.`);
      return undefined;
    }
  };

  scope.get('/oauth/consent/:uid', async (request, reply) => {
    const asked = await find(request, reply);
    if (asked === undefined) return reply;
    const session = await cookie.session(request);
    if (session === null) return reply.redirect(loginFor(asked), 303);
    if (await wantsLogin(asked, session.principal)) return toLogin(asked, reply);
    if (await requests.isRemembered(asked, session.principal)) {
      return reply.redirect(await requests.allow(asked, session.principal), 303);
    }
    const { displayName, email } = await users.get(session.principal.userId);
    const person = { displayName, email, csrfToken: session.csrfToken };
    return sendPage(reply, consentPage(asked, person, requests.mayRemember(asked)));
  });

  scope.post('/oauth/consent/:uid', async (request, reply) => {
    const asked = await find(request, reply);
    if (asked === undefined) return reply;
    const session = await cookie.session(request);
    const form = formOf(request);
    if (session === null || !isCsrfToken(form.get('csrf_token'), session.csrfToken)) {
      return sendProblemPage(reply, 400, 'Not from here', 'This form was not sent by a page of Gatehouse.');
    }
    const answer = form.get('answer');
    // Looked at again: whoever has the cookie can send the form without ever having been shown the page.
    if (answer === 'allow' && (await wantsLogin(asked, session.principal))) return toLogin(asked, reply);
    if (answer === 'allow') {
      const remember = form.get('remember') === 'yes';
      return sendPage(reply, goOnPage(await requests.allow(asked, session.principal, { remember })));
    }
    if (answer === 'refuse') {
      return sendPage(reply, goOnPage(await requests.refuse(asked, session.principal)));
    }
    return sendProblemPage(reply, 400, 'No answer', 'Allow or refuse.');
  });
}

function loginFor({ uid }: AuthorizationRequest): string {
  return `/login?return_to=${encodeURIComponent(`/oauth/consent/${uid}`)}`;
}
