import { AuditLog } from '@gatehouse/audit';
import { PolicyDecisionPoint, RowAllowance } from '@gatehouse/governance';
import {
  addressPrefix,
  type CredentialOutcome,
  CredentialResolver,
  type Resource,
} from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf } from './bearer.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';
import { Turnstile, type TurnstileOptions } from './turnstile.ts';

/** Beyond what is answered at once, all unknown callers together are answered at this rate, and so many may wait. */
const TURNSTILE: TurnstileOptions = { perSecond: 200, places: 5000 };
/** Who finds no place leaves a moment later at the earliest, and at this rate: whoever is turned away comes back at once. */
const EXIT: TurnstileOptions = { perSecond: 100, places: 10_000 };
const TURNED_AWAY_MS = 1000;
/** Requests a minute of one network to what needs no credential: pages, health, documents. */
const OPEN_REQUESTS = 600;

/**
 * A flood without valid credentials takes nothing from the others (threat T6). From its headers alone, before a byte
 * of the body is read, a request is put into a line when its network has had all the rows that unknown callers get,
 * and its credential is none; the line moves slowly, so whoever waits for answers sends no more. When too many wait, the
 * next is turned away, and leaves through a line as well. Whoever shows a valid credential never waits, from whatever network.
 */
export function installUnknownCallerLine(
  fastify: FastifyInstance,
  app: INestApplicationContext,
  options: TurnstileOptions = TURNSTILE,
): void {
  const pdp = app.get(PolicyDecisionPoint);
  const audit = app.get(AuditLog);
  const credentials = app.get(CredentialResolver);
  const open = new RowAllowance();
  const turnstile = new Turnstile(options);
  const exit = new Turnstile(EXIT);

  const line = (kind: 'calls' | 'open', request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { socket } = request.raw;
    const name = `${kind} ${addressPrefix(request.clientAddress)}`;
    const gone = () => socket.destroyed;
    if (turnstile.wait(name, { gone, proceed: done })) return;
    if (request.method === 'POST') {
      if (kind === 'calls') pdp.turnAway();
      // Logins, registrations and the like, whose refusals are counted wherever they are refused.
      else if (request.routeOptions.url !== undefined) audit.summarise('unknown_caller');
    }
    const leave = () => turnAway(request, reply);
    setTimeout(() => {
      if (gone() || exit.wait(name, { gone, proceed: leave })) return;
      leave();
    }, TURNED_AWAY_MS).unref();
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    const address = request.clientAddress;
    const asked = resourceOf(request);
    const hurries =
      asked === null
        ? open.take(addressPrefix(address), OPEN_REQUESTS, systemClock.now())
        : !pdp.isFlooded(address);
    if (hurries) {
      done();
      return;
    }
    const judge = ({ ok }: CredentialOutcome) => {
      if (ok) done();
      else line(asked === null ? 'open' : 'calls', request, reply, done);
    };
    const outcome = credentials.resolve(bearerOf(request), asked ?? 'hooks', address);
    if (outcome instanceof Promise) void outcome.then(judge);
    else judge(outcome);
  });
}

/** What a credential has to be good for at this route; null where none is asked for. */
function resourceOf(request: FastifyRequest): Resource | null {
  const { url = '' } = request.routeOptions;
  if (url.startsWith('/api/v1/hooks/')) return 'hooks';
  if (url.startsWith('/api/v1/')) return 'api';
  if (url.startsWith('/mcp/')) return `mcp/${(request.params as { readonly server: string }).server}`;
  return null;
}

function turnAway(request: FastifyRequest, reply: FastifyReply): void {
  const reason = 'Too many callers without a valid credential.';
  const { refusal } = request.routeOptions.config;
  void reply.header('connection', 'close');
  if (refusal !== undefined) void reply.status(200).send(refusal(reason));
  else {
    void reply
      .status(429)
      .header('retry-after', '5')
      .type(PROBLEM_TYPE)
      .send(problem(429, 'TOO_MANY_UNKNOWN_CALLERS', reason));
  }
}
