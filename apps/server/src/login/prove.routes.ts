import { type OperatorRequest, OperatorRequests } from '@gatehouse/identity';
import { AppError, isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problem } from '../http/problem.ts';
import { formOf } from '../pages/form.ts';
import { sendPage, sendProblemPage } from '../pages/page.ts';
import { LoginThrottle } from './login-throttle.ts';
import { notProvenPage, proveCodePage, provenPage, provePage } from './prove-pages.ts';

/**
 * Where a person proves to a command line in production who it is (threat T1), in the scope of the login pages. No
 * cookie counts: a process of the operator's could read it. Listed in `access/raw-routes.ts`.
 */
export function registerProveRoutes(scope: FastifyInstance, app: INestApplicationContext): void {
  const requests = app.get(OperatorRequests);
  const throttle = app.get(LoginThrottle);

  const throttled = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (throttle.admits(request.clientAddress)) return false;
    void sendProblemPage(reply.header('retry-after', '60'), 429, 'Too many attempts', 'Wait a minute.');
    return true;
  };

  /** What waits with the code; undefined when the person has been told that nothing does. */
  const find = async (reply: FastifyReply, code: string): Promise<OperatorRequest | undefined> => {
    try {
      return await requests.get(code);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await sendPage(reply.code(400), proveCodePage(`${error.message}.`));
      return undefined;
    }
  };

  /** For the script of the page. */
  const answer = async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<object>) => {
    const refuse = (status: number, code: string, title: string) =>
      reply
        .code(status)
        .type(PROBLEM_TYPE)
        .send(problem(status, code, title));
    if (!throttle.admits(request.clientAddress)) return refuse(429, 'LOGIN_LIMITED', 'Wait a minute.');
    try {
      return await reply.send(await work());
    } catch (error) {
      if (!(error instanceof AppError) || error.owner !== 'caller') throw error;
      return refuse(403, error.code, `Not done: ${error.message}.`);
    }
  };

  scope.get('/login/prove', { config: { page: true } }, async (request, reply) => {
    const { code } = request.query as Record<string, unknown>;
    if (typeof code !== 'string' || code === '') return sendPage(reply, proveCodePage());
    if (throttled(request, reply)) return reply;
    const asked = await find(reply, code.slice(0, 20));
    return asked === undefined ? reply : sendPage(reply, provePage(asked));
  });

  scope.post('/login/prove/passkey/options', (request, reply) =>
    answer(request, reply, async () => ({
      options: await requests.passkeyOptions(textOf(bodyOf(request).code)),
    })),
  );

  scope.post('/login/prove/passkey', (request, reply) =>
    answer(request, reply, async () => {
      const { code, response } = bodyOf(request);
      await requests.proveByPasskey(textOf(code), (isJsonObject(response ?? null) ? response : {}) as never);
      return { next: '/login/proven' };
    }),
  );

  scope.get('/login/proven', async (_request, reply) => sendPage(reply, provenPage()));

  scope.post('/login/prove/link', async (request, reply) => {
    if (throttled(request, reply)) return reply;
    const form = formOf(request);
    const asked = await find(reply, form.get('code') ?? '');
    if (asked === undefined) return reply;
    try {
      await requests.proveByLink(asked.code, (form.get('link') ?? '').trim());
    } catch (error) {
      if (!(error instanceof AppError) || error.owner !== 'caller') throw error;
      return sendPage(reply.code(403), provePage(asked, `Not proven: ${error.message}.`));
    }
    return sendPage(reply, provenPage());
  });

  scope.post('/login/prove/refuse', async (request, reply) => {
    if (throttled(request, reply)) return reply;
    const asked = await find(reply, formOf(request).get('code') ?? '');
    if (asked === undefined) return reply;
    await requests.refuse(asked.code);
    return sendPage(reply, notProvenPage());
  });
}

function bodyOf({ body }: FastifyRequest): JsonObject {
  const value = body as JsonValue;
  return isJsonObject(value ?? null) ? (value as JsonObject) : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
