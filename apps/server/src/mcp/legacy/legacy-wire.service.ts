import { SCANNER } from '@gatehouse/audit';
import type { JsonValue } from '@gatehouse/kernel';
import type { ServerDefinition } from '@gatehouse/mcp-spawner';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { McpCallers, type Served } from '../entry/mcp-callers.service.ts';
import { undiscovered } from '../entry/undiscovered.ts';
import { McpMethods } from '../methods/mcp-methods.service.ts';
import { relayedNotification } from '../methods/relayed-notification.ts';
import { ShownDefinitions } from '../methods/shown-definitions.service.ts';
import type { Refusal } from '../refusals/refusal.ts';
import { type Message, RefusedRequests } from '../refusals/refused-requests.service.ts';
import { McpSession } from '../sessions/mcp-session.ts';
import type { Exchange } from '../streams/exchange.ts';
import { type RequestId, type RpcAnswer, type RpcRequest, result } from '../wire/json-rpc.ts';
import { invalidRequest, readBatched, type ValidMessage } from '../wire/posted-message.ts';
import { OpenSessions } from './open-sessions.service.ts';
import { ROOTS_CHANGED, RootChanges } from './root-changes.service.ts';
import { watchingOf } from './session-watching.ts';

/** The one revision with an HTTP transport that has batches. */
const BATCH_VERSION = '2025-03-26';
const MAX_BATCH = 50;
const CANCELLED = 'cancelled';

interface Posted extends Served {
  readonly request: FastifyRequest;
  readonly exchange: Exchange;
  readonly posted: ValidMessage;
}

/** The revisions with a handshake: what a session posts, batches where there are any. */
@Injectable()
export class LegacyWire {
  constructor(
    @Inject(ShownDefinitions) private readonly definitions: ShownDefinitions,
    @Inject(McpMethods) private readonly methods: McpMethods,
    @Inject(OpenSessions) private readonly sessions: OpenSessions,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(RootChanges) private readonly rootChanges: RootChanges,
    @Inject(McpCallers) private readonly callers: McpCallers,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
  ) {}

  async answer(context: Posted): Promise<void> {
    const { exchange, posted, request, server } = context;
    if (posted.kind === 'initialize') {
      exchange.answer(posted.request.id, this.sessions.initialize(context, posted.request));
      return;
    }
    const session = this.sessions.find(request, context);
    if (!(session instanceof McpSession)) {
      const id = posted.kind === 'request' ? posted.request.id : null;
      const refusal = ofCall(session, 'The call names no open MCP session.');
      exchange.answer(id, await this.refused.answer(request, askedIn(posted), refusal));
      return;
    }
    exchange.resumeWith(() => session.streams.open());
    const definition = this.definitions.forClient(server.name, 'legacy');
    if (posted.kind === 'notification') {
      if (posted.method === 'notifications/cancelled') session.cancel(posted.params?.requestId);
      if (posted.method === ROOTS_CHANGED) this.rootChanges.tell(session);
      exchange.accept();
    } else if (posted.kind === 'response') {
      session.questions.answer(posted.message);
      exchange.accept();
    } else if (definition === undefined) exchange.answer(null, undiscovered(server));
    else if (posted.kind === 'batch') await this.#batch(context, session, definition, posted.messages);
    else if (posted.kind === 'request') {
      const answer = await this.#one(context, session, definition, posted.request);
      if (answer === CANCELLED) exchange.accept();
      else exchange.answer(posted.request.id, answer);
    }
  }

  /** DELETE: ends the session. */
  async end(request: FastifyRequest, exchange: Exchange, served: Served): Promise<void> {
    const session = this.sessions.find(request, served);
    if (!(session instanceof McpSession)) {
      exchange.answer(null, session);
      return;
    }
    await this.sessions.end(session);
    exchange.answer(null, result({}));
  }

  async #one(
    { server, caller, exchange, request }: Posted,
    session: McpSession,
    definition: ServerDefinition,
    rpc: RpcRequest,
  ): Promise<RpcAnswer | typeof CANCELLED> {
    const open = session.open(rpc.id);
    if (open === undefined) {
      const answer = invalidRequest('a request of that id is open already');
      const refusal = ofCall(answer, 'The id of the call is that of another that is open.');
      return this.refused.answer(request, rpc, refusal, session);
    }
    try {
      const watcher = watchingOf(rpc, session, server, definition);
      const answer = await this.methods.answer({
        server,
        caller,
        era: 'legacy',
        protocolVersion: session.protocolVersion,
        definition,
        session,
        clientInfo: session.clientInfo,
        clientCapabilities: session.clientCapabilities,
        rpc,
        signal: open.signal,
        relay: (notification) => {
          const relayed = relayedNotification(this.scanner, notification, session.level);
          if (relayed !== undefined) exchange.notify(relayed);
        },
        refuse: (refusal) => this.refused.answer(request, rpc, refusal, session),
        unauthorized: (problem) => this.callers.unauthorized(request, problem),
        ask: (method, params, signal) => session.questions.ask(exchange, method, params, signal),
        ...(watcher === undefined ? {} : { watcher }),
      });
      return open.signal.aborted ? CANCELLED : answer;
    } finally {
      session.close(rpc.id);
    }
  }

  async #batch(
    context: Posted,
    session: McpSession,
    definition: ServerDefinition,
    messages: readonly JsonValue[],
  ): Promise<void> {
    const { exchange } = context;
    const read = messages.map(readBatched);
    if (
      session.protocolVersion !== BATCH_VERSION ||
      messages.length > MAX_BATCH ||
      read.includes(undefined)
    ) {
      const answer = invalidRequest('this protocol revision has no such batches');
      const refusal: Refusal = { ...ofCall(answer, 'The batch is none of the revision.'), record: 'always' };
      exchange.answer(null, await this.refused.answer(context.request, messages, refusal, session));
      return;
    }
    const requests = read.filter((one): one is RpcRequest => typeof one === 'object');
    const answered = await Promise.all(
      requests.map(async (rpc) => ({
        id: rpc.id,
        answer: await this.#one(context, session, definition, rpc),
      })),
    );
    const answers = answered.filter(
      (one): one is { id: RequestId; answer: RpcAnswer } => one.answer !== CANCELLED,
    );
    if (answers.length === 0) exchange.accept();
    else exchange.answerBatch(answers);
  }
}

/** Of a call that is not taken. */
function ofCall(answer: RpcAnswer, reason: string): Refusal {
  return { answer, policy: 'input_invalid', reason, record: 'of_call' };
}

/** What of a post may ask for calls. */
function askedIn(posted: ValidMessage): Message {
  if (posted.kind === 'batch') return posted.messages;
  return posted.kind === 'request' ? posted.request : undefined;
}
