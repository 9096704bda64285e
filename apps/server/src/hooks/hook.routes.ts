import { PolicyDecisionPoint } from '@gatehouse/governance';
import { CredentialResolver } from '@gatehouse/identity';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { bodyProblemSentence } from '../http/body-invalid.ts';
import { PROBLEM_TYPE, problem } from '../http/problem.ts';
import { ClientEvents } from './client-events.ts';
import { denial } from './hook-answer.ts';
import { GOVERN_BYTES, HookDoor, REPORT_BYTES } from './hook-door.ts';
import { readHookBody } from './hook-event.ts';
import { hookRequestOf } from './hook-request.ts';

/**
 * The hook endpoints, as raw Fastify routes: they are the hot path, they answer 200 whatever happens (`govern`), and
 * they read the bytes themselves. Listed in `access/raw-routes.ts`.
 */
export function registerHookRoutes(fastify: FastifyInstance, app: INestApplicationContext): void {
  const door = app.get(HookDoor);
  const credentials = app.get(CredentialResolver);
  const events = app.get(ClientEvents);
  const pdp = app.get(PolicyDecisionPoint);

  fastify.post('/api/v1/hooks/govern', {
    config: { rawBody: true },
    bodyLimit: REPORT_BYTES,
    /** Only a caller with a valid credential may make us read more than a mebibyte. */
    preParsing: async (request, _reply, payload) => {
      const announced = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
      if (announced <= GOVERN_BYTES) return payload;
      const credential = await credentials.resolve(bearerOf(request), 'hooks');
      if (!credential.ok) throw new BodyRefused();
      return payload;
    },
    handler: async (request) => door.govern(hookRequestOf(request)),
    errorHandler: async (_error, request, reply) => {
      const { bearer, traceparent, userAgent, onAllow } = hookRequestOf(request);
      void reply.status(200);
      try {
        return await door.refuse(
          { bearer, traceparent, userAgent, onAllow },
          'The body could not be read.',
          null,
        );
      } catch {
        return denial('[GOVERNANCE] The call could not be judged. (internal_error)');
      }
    },
  });

  fastify.post('/api/v1/hooks/track', {
    config: { rawBody: true },
    bodyLimit: GOVERN_BYTES,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const hook = hookRequestOf(request);
      const body = readHookBody(hook.body);
      if (!body.ok) {
        const reason =
          body.problem === 'not_a_hook' ? 'The body is no hook event.' : bodyProblemSentence(body.problem);
        await pdp.reject({
          bearer: hook.bearer,
          resource: 'hooks',
          action: 'POST /api/v1/hooks/track',
          policy: 'input_invalid',
          reason,
          correlation: { traceparent: hook.traceparent },
        });
        return reply
          .status(400)
          .type(PROBLEM_TYPE)
          .send(problem(400, 'BODY_INVALID', reason));
      }
      const credential = await events.record(hook, body.event);
      if (credential.ok) return {};
      return reply
        .status(401)
        .type(PROBLEM_TYPE)
        .send(problem(401, 'TOKEN_INVALID', 'A valid credential is needed.'));
    },
  });
}

class BodyRefused extends Error {}
