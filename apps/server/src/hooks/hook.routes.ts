import { type CommittedRow, receiptText } from '@gatehouse/audit';
import { PolicyDecisionPoint } from '@gatehouse/governance';
import { CredentialResolver } from '@gatehouse/identity';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { bodyProblemSentence } from '../http/body-invalid.ts';
import { PROBLEM_TYPE, problem } from '../http/problem.ts';
import { RECEIPT_HEADER } from '../http/request-scope.ts';
import { AnswerProofs, PROOF_HEADER } from './answer-proof.ts';
import { ClientEvents } from './client-events.ts';
import { CredentialWatch } from './credential-watch.ts';
import { answerText, denial } from './hook-answer.ts';
import { GOVERN_BYTES, HookDoor, REPORT_BYTES } from './hook-door.ts';
import { readHookBody } from './hook-event.ts';
import { type HookRequest, hookRequestOf } from './hook-request.ts';

/**
 * The hook endpoints, as raw Fastify routes: they are the hot path, they answer 200 whatever happens (`govern`), and
 * they read the bytes themselves. Listed in `access/raw-routes.ts`.
 */
export function registerHookRoutes(fastify: FastifyInstance, app: INestApplicationContext): void {
  const door = app.get(HookDoor);
  const credentials = app.get(CredentialResolver);
  const events = app.get(ClientEvents);
  const watch = app.get(CredentialWatch);
  const pdp = app.get(PolicyDecisionPoint);
  const proofs = app.get(AnswerProofs);

  const noteIn = (reply: FastifyReply) => (row: CommittedRow) => {
    const receipt = receiptText(row);
    if (receipt !== '') void reply.header(RECEIPT_HEADER, receipt);
  };

  /** The answer with its proof, where the request asked for one. */
  const answer = (reply: FastifyReply, route: 'govern' | 'track', hook: HookRequest, body: object) => {
    const text = answerText(body);
    const proof = proofs.of(route, hook, reply.statusCode, text);
    if (proof !== null) void reply.header(PROOF_HEADER, proof);
    if (reply.statusCode === 200) void reply.type('application/json; charset=utf-8');
    else void reply.type(PROBLEM_TYPE);
    return reply.send(text);
  };

  fastify.post('/api/v1/hooks/govern', {
    config: { rawBody: true, refusal: (reason) => denial(`[GOVERNANCE] ${reason} (token_invalid)`) },
    bodyLimit: REPORT_BYTES,
    /** Only a caller with a valid credential may make us read more than a mebibyte. */
    preParsing: async (request, _reply, payload) => {
      const announced = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
      if (announced <= GOVERN_BYTES) return payload;
      const credential = await credentials.resolve(bearerOf(request), 'hooks', request.clientAddress);
      if (!credential.ok) throw new BodyRefused();
      return payload;
    },
    handler: async (request, reply) => {
      const hook = hookRequestOf(request);
      const body = await door.govern(hook, noteIn(reply));
      return answer(reply, 'govern', hook, body);
    },
    errorHandler: (_error, request, reply) => {
      const hook = hookRequestOf(request);
      void reply.status(200);
      void door
        .refuse(hook, 'The body could not be read.', null, noteIn(reply))
        .catch(() => denial('[GOVERNANCE] The call could not be judged. (internal_error)'))
        .then((refused) => answer(reply, 'govern', hook, refused));
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
        const rejected = await pdp.reject({
          bearer: hook.bearer,
          remoteAddress: hook.remoteAddress,
          resource: 'hooks',
          action: 'POST /api/v1/hooks/track',
          policy: 'input_invalid',
          reason,
          correlation: { traceparent: hook.traceparent },
        });
        noteIn(reply)(rejected);
        return answer(reply.status(400), 'track', hook, problem(400, 'BODY_INVALID', reason));
      }
      await watch.see(hook, body.event);
      const credential = await events.record(hook, body.event, noteIn(reply));
      if (credential.ok) return answer(reply, 'track', hook, {});
      const refusal = problem(401, 'TOKEN_INVALID', 'A valid credential is needed.');
      return answer(reply.status(401), 'track', hook, refusal);
    },
  });
}

class BodyRefused extends Error {}
