import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import {
  type BrowserSession,
  BrowserSessions,
  isCsrfToken,
  Passkeys,
  Sessions,
  sessionContext,
} from '@gatehouse/identity';
import { AppError, isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problem } from '../http/problem.ts';
import { formOf } from '../pages/form.ts';
import { sendProblemPage } from '../pages/page.ts';
import { BrowserCookie } from './browser-cookie.ts';
import { LoginThrottle } from './login-throttle.ts';
import { PASSKEY_SCRIPT } from './passkey-script.ts';
import { returnPath } from './return-path.ts';

/** What the script of the login pages asks for, in the scope of those pages. Listed in `access/raw-routes.ts`. */
export function registerPasskeyRoutes(scope: FastifyInstance, app: INestApplicationContext): void {
  const passkeys = app.get(Passkeys);
  const cookie = app.get(BrowserCookie);
  const browserSessions = app.get(BrowserSessions);
  const sessions = app.get(Sessions);
  const throttle = app.get(LoginThrottle);
  const { publicUrl } = app.get<Configuration>(CONFIGURATION).profile;

  const refuse = (reply: FastifyReply, status: number, code: string, title: string) =>
    reply
      .code(status)
      .type(PROBLEM_TYPE)
      .send(problem(status, code, title));

  const answer = async (reply: FastifyReply, work: () => Promise<object>) => {
    try {
      return await reply.send(await work());
    } catch (error) {
      if (!(error instanceof AppError) || error.owner !== 'caller') throw error;
      return refuse(reply, 403, error.code, `Not done: ${error.message}.`);
    }
  };

  const throttled = (request: FastifyRequest, reply: FastifyReply) =>
    throttle.admits(request.clientAddress)
      ? undefined
      : refuse(reply, 429, 'LOGIN_LIMITED', 'Wait a minute.');

  /** The session behind a write of the script: the cookie, and the token of its page beside it. */
  const sessionOf = async (request: FastifyRequest): Promise<BrowserSession | null> => {
    const session = await cookie.session(request);
    const given = request.headers['x-csrf-token'];
    return session !== null && isCsrfToken(typeof given === 'string' ? given : undefined, session.csrfToken)
      ? session
      : null;
  };

  scope.get('/login/passkey.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(PASSKEY_SCRIPT),
  );

  scope.post('/login/passkey/options', async (request, reply) => {
    const refusal = throttled(request, reply);
    return refusal ?? answer(reply, async () => ({ options: await passkeys.loginOptions() }));
  });

  scope.post('/login/passkey', async (request, reply) => {
    const refusal = throttled(request, reply);
    if (refusal !== undefined) return refusal;
    const { response, return_to: returnTo } = bodyOf(request);
    return answer(reply, async () => {
      const opened = await passkeys.login(response as never);
      await browserSessions.end(cookie.valueOf(request));
      cookie.set(reply, opened.cookie, opened.session.expiresAt);
      return { next: returnPath(returnTo, publicUrl) };
    });
  });

  scope.post('/login/passkeys/options', async (request, reply) => {
    const session = await sessionOf(request);
    if (session === null) return refuse(reply, 401, 'SESSION_NEEDED', 'Log in first.');
    return answer(reply, async () => ({ options: await passkeys.registrationOptions(session) }));
  });

  scope.post('/login/passkeys', async (request, reply) => {
    const session = await sessionOf(request);
    if (session === null) return refuse(reply, 401, 'SESSION_NEEDED', 'Log in first.');
    const { response, name } = bodyOf(request);
    return answer(reply, async () => {
      const { id } = await passkeys.register(
        session,
        typeof name === 'string' ? name : '',
        response as never,
      );
      return { id };
    });
  });

  scope.post('/login/passkeys/remove', async (request, reply) => {
    const session = await cookie.session(request);
    const form = formOf(request);
    if (session === null || !isCsrfToken(form.get('csrf_token'), session.csrfToken)) {
      return sendProblemPage(reply, 400, 'Not from here', 'This form was not sent by a page of Gatehouse.');
    }
    const { userId, sessionId, role } = session.principal;
    const actor = sessionContext(await sessions.get(sessionId), role);
    await passkeys.remove(userId, form.get('id') ?? '', actor);
    return reply.redirect('/login', 303);
  });
}

function bodyOf({ body }: FastifyRequest): JsonObject {
  const value = body as JsonValue;
  const members = isJsonObject(value) ? value : {};
  return { ...members, response: isJsonObject(members.response ?? null) ? members.response! : {} };
}
