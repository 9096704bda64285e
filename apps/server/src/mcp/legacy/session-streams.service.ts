import { CredentialResolver } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Served } from '../entry/mcp-callers.service.ts';
import type { McpCaller } from '../mcp-caller.ts';
import { McpSession } from '../sessions/mcp-session.ts';
import { EventStream } from '../streams/event-stream.ts';
import type { Exchange } from '../streams/exchange.ts';
import type { ResumableStream } from '../streams/resumable-stream.ts';
import { acceptsStream } from '../wire/accepts.ts';
import { error, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';
import { OpenSessions, SESSION_HEADER } from './open-sessions.service.ts';

const RECHECK_MS = 1_000;

/** GET: the stream of a session for what belongs to no request of it, or one that is taken up again. */
@Injectable()
export class SessionStreamDoor {
  constructor(
    @Inject(OpenSessions) private readonly sessions: OpenSessions,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
  ) {}

  listen(request: FastifyRequest, reply: FastifyReply, exchange: Exchange, served: Served): void {
    const refusal = this.#attach(request, reply, served);
    if (refusal !== undefined) exchange.answer(null, refusal);
  }

  #attach(request: FastifyRequest, reply: FastifyReply, served: Served): RpcAnswer | undefined {
    if (request.headers[SESSION_HEADER] === undefined) {
      const answer = error(SERVER_ERROR, 'without a session there is no stream here', { status: 405 });
      return { ...answer, headers: { allow: 'POST' } };
    }
    const session = this.sessions.find(request, served);
    if (!(session instanceof McpSession)) return session;
    if (!acceptsStream(request.headers.accept)) {
      return error(SERVER_ERROR, 'the client must accept text/event-stream', { status: 406 });
    }
    const lastEventId = request.headers['last-event-id'];
    if (typeof lastEventId === 'string') {
      const found = session.streams.find(lastEventId);
      if (found === undefined) {
        return error(SERVER_ERROR, 'that event is of no stream of this session', { status: 404 });
      }
      this.#read(found.stream, found.seq, reply, session, served.caller);
      return undefined;
    }
    if (session.streams.standing?.isAttached === true) {
      return error(SERVER_ERROR, 'the session has its stream already', { status: 409 });
    }
    this.#read(session.streams.openStanding(), undefined, reply, session, served.caller);
    return undefined;
  }

  /** A stream outlives no token, session or user (threat T17). */
  #read(
    stream: ResumableStream,
    afterSeq: number | undefined,
    reply: FastifyReply,
    session: McpSession,
    { bearer }: McpCaller,
  ): void {
    const connection = new EventStream(reply);
    const endIfRefused = async () => {
      const outcome = await this.credentials.resolve(bearer, `mcp/${session.server}`);
      if (!outcome.ok) connection.end();
    };
    const watch = setInterval(() => void endIfRefused(), RECHECK_MS).unref();
    connection.onClose(() => clearInterval(watch));
    stream.attach(connection, afterSeq);
  }
}
