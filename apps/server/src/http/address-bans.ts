import type { Socket } from 'node:net';
import { receiptText } from '@gatehouse/audit';
import { PolicyDecisionPoint } from '@gatehouse/governance';
import { IpBans } from '@gatehouse/identity';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './request-origin.ts';
import { RECEIPT_HEADER } from './request-scope.ts';
import { routeTemplate } from './route-template.ts';

/** What was under way when the ban came may end by itself, and is cut off after this: streams would go on. */
const GRACE_MS = 500;

/** Who is banned by address is served nothing, at any door, and on record. Installed after the address is known. */
export function installAddressBans(fastify: FastifyInstance, app: INestApplicationContext): void {
  const bans = app.get(IpBans);
  const pdp = app.get(PolicyDecisionPoint);
  /** Of each connection its latest request: an object of its own, so that a later one shows. */
  const latest = new Map<Socket, { readonly address: string }>();

  const keepOut = async (request: FastifyRequest, reply: FastifyReply, ban: string) => {
    const rejected = await pdp.reject({
      bearer: undefined,
      remoteAddress: request.clientAddress,
      resource: 'api',
      action: routeTemplate(request),
      policy: 'policy_denied',
      reason: 'The address that the request came from is banned.',
      correlation: {},
      claimed: { ban },
    });
    const receipt = receiptText(rejected);
    if (receipt !== '') void reply.header(RECEIPT_HEADER, receipt);
    refuse(request, reply, 'ADDRESS_BANNED', 'Requests from this address are refused.');
  };

  const settle = async (
    request: FastifyRequest,
    reply: FastifyReply,
    found: string | Promise<string | null>,
    goOn: () => void,
  ) => {
    const ban = await found;
    if (ban === null) goOn();
    else await keepOut(request, reply, ban);
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    latest.set(request.socket, { address: request.clientAddress });
    const found = bans.find(request.clientAddress);
    if (found === null) done();
    else void settle(request, reply, found, done);
  });

  fastify.server.on('connection', (socket) => {
    latest.set(socket, { address: '' });
    socket.once('close', () => latest.delete(socket));
  });

  bans.onChange(() => {
    const before = [...latest];
    setTimeout(() => {
      for (const [socket, request] of before) {
        void Promise.resolve(bans.find(request.address)).then((ban) => {
          // A later request on the connection was refused with an answer.
          if (ban !== null && latest.get(socket) === request) socket.destroy();
        });
      }
    }, GRACE_MS).unref();
  });
}
