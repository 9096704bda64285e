import { CredentialResolver } from '@gatehouse/identity';
import type { JsonValue } from '@gatehouse/kernel';
import {
  ChildPool,
  LEGACY_VERSIONS,
  McpDefinitions,
  type RegisteredServer,
  type ServerDefinition,
} from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientInfoOf, type McpCaller } from './mcp-caller.ts';
import { ListedDefinitions } from './methods/listed-definitions.service.ts';
import { McpMethods } from './methods/mcp-methods.service.ts';
import { McpSession } from './sessions/mcp-session.ts';
import { McpSessions } from './sessions/mcp-sessions.ts';
import { acceptsStream } from './wire/accepts.ts';
import { EventStream } from './wire/event-stream.ts';
import type { Exchange } from './wire/exchange.ts';
import {
  error,
  type RequestId,
  type RpcAnswer,
  type RpcRequest,
  result,
  SERVER_ERROR,
} from './wire/json-rpc.ts';
import {
  invalidRequest,
  type PostedMessage,
  readBatched,
  unsupportedVersion,
} from './wire/posted-message.ts';
import { supportedVersions } from './wire/supported-versions.ts';

export const SESSION_HEADER = 'mcp-session-id';
/** The one revision with an HTTP transport that has batches. */
const BATCH_VERSION = '2025-03-26';
const MAX_BATCH = 50;
const RECHECK_MS = 1_000;
const CANCELLED = 'cancelled';

interface Served {
  readonly server: RegisteredServer;
  readonly caller: McpCaller;
}

interface Posted extends Served {
  readonly request: FastifyRequest;
  readonly exchange: Exchange;
  readonly posted: PostedMessage;
  readonly unauthorized: () => RpcAnswer;
}

/** The revisions with a handshake: sessions, batches where there are any, streams. */
@Injectable()
export class LegacyWire {
  constructor(
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(McpMethods) private readonly methods: McpMethods,
    @Inject(ListedDefinitions) private readonly listed: ListedDefinitions,
    @Inject(McpSessions) private readonly sessions: McpSessions,
    @Inject(ChildPool) private readonly pool: ChildPool,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
  ) {}

  async answer(context: Posted): Promise<void> {
    const { exchange, posted, request, server } = context;
    const definition = this.definitions.find(server.name, 'legacy');
    if (posted.kind === 'initialize') {
      this.#initialize(context, posted.request, definition);
      return;
    }
    const session = this.#sessionOf(request, context);
    if (!(session instanceof McpSession)) {
      exchange.answer(posted.kind === 'request' ? posted.request.id : null, session);
    } else if (posted.kind === 'notification') {
      const { method, params } = posted;
      if (method === 'notifications/cancelled') session.cancel(params?.requestId);
      exchange.accept();
    } else if (posted.kind === 'response') exchange.accept();
    else if (definition === undefined) exchange.answer(null, this.#undiscovered(server));
    else if (posted.kind === 'batch') await this.#batch(context, session, definition, posted.messages);
    else if (posted.kind === 'request') {
      const answer = await this.#one(context, session, definition, posted.request);
      if (answer === CANCELLED) exchange.accept();
      else exchange.answer(posted.request.id, answer);
    }
  }

  /** GET: one stream a session, for what belongs to no request of it. */
  listen(request: FastifyRequest, reply: FastifyReply, exchange: Exchange, served: Served): void {
    if (request.headers[SESSION_HEADER] === undefined) {
      const answer = error(SERVER_ERROR, 'without a session there is no stream here', { status: 405 });
      exchange.answer(null, { ...answer, headers: { allow: 'POST' } });
      return;
    }
    const session = this.#sessionOf(request, served);
    if (!(session instanceof McpSession)) exchange.answer(null, session);
    else if (!acceptsStream(request.headers.accept)) {
      exchange.answer(null, error(SERVER_ERROR, 'the client must accept text/event-stream', { status: 406 }));
    } else if (session.stream?.isOpen === true) {
      exchange.answer(null, error(SERVER_ERROR, 'the session has its stream already', { status: 409 }));
    } else {
      const stream = new EventStream(reply);
      session.stream = stream;
      const watch = setInterval(() => void this.#endIfRefused(session, served.caller), RECHECK_MS).unref();
      stream.onClose(() => {
        clearInterval(watch);
        if (session.stream === stream) session.stream = undefined;
      });
    }
  }

  /** DELETE: ends the session, and its child unless another of the same caller uses it. */
  async end(request: FastifyRequest, exchange: Exchange, served: Served): Promise<void> {
    const session = this.#sessionOf(request, served);
    if (!(session instanceof McpSession)) {
      exchange.answer(null, session);
      return;
    }
    this.sessions.end(session);
    if (!this.sessions.sharesChild(session)) await this.pool.end(session.server, session.isolationKey);
    exchange.answer(null, result({}));
  }

  /** A stream outlives no token, session or user (threat T17). */
  async #endIfRefused(session: McpSession, { bearer }: McpCaller): Promise<void> {
    const outcome = await this.credentials.resolve(bearer, `mcp/${session.server}`);
    if (!outcome.ok) session.stream?.end();
  }

  #initialize(
    { server, caller, exchange }: Posted,
    rpc: RpcRequest,
    definition: ServerDefinition | undefined,
  ): void {
    if (definition === undefined) {
      const versions = supportedVersions(this.definitions, server.name);
      exchange.answer(
        rpc.id,
        versions.length > 0 ? unsupportedVersion(versions) : this.#undiscovered(server),
      );
      return;
    }
    const hello = this.listed.hello(definition, rpc.params?.protocolVersion);
    const session = new McpSession({
      server: server.name,
      principal: caller.principal,
      protocolVersion: hello.protocolVersion as string,
      clientInfo: clientInfoOf(rpc.params?.clientInfo),
    });
    if (!this.sessions.add(session)) {
      const answer = error(SERVER_ERROR, 'too many MCP sessions are open', { status: 503 });
      exchange.answer(rpc.id, { ...answer, headers: { 'retry-after': '10' } });
      return;
    }
    exchange.answer(rpc.id, { ...result(hello), headers: { [SESSION_HEADER]: session.id } });
  }

  #sessionOf({ headers }: FastifyRequest, { server, caller }: Served): McpSession | RpcAnswer {
    const id = headers[SESSION_HEADER];
    if (typeof id !== 'string') return invalidRequest(`the header ${SESSION_HEADER} is missing`);
    const session = this.sessions.find(id, server.name, caller.principal);
    if (session === undefined) return error(SERVER_ERROR, 'there is no such MCP session', { status: 404 });
    const version = headers['mcp-protocol-version'];
    if (version === undefined || (typeof version === 'string' && LEGACY_VERSIONS.includes(version)))
      return session;
    return invalidRequest('the header mcp-protocol-version names a revision that the session does not speak');
  }

  async #one(
    { server, caller, exchange, unauthorized }: Posted,
    session: McpSession,
    definition: ServerDefinition,
    rpc: RpcRequest,
  ): Promise<RpcAnswer | typeof CANCELLED> {
    const open = session.open(rpc.id);
    if (open === undefined) return invalidRequest('a request of that id is open already');
    try {
      const answer = await this.methods.answer(
        {
          server,
          caller,
          era: 'legacy',
          protocolVersion: session.protocolVersion,
          session,
          clientInfo: session.clientInfo,
          rpc,
          signal: open.signal,
          notify: (notification) => exchange.notify(notification),
        },
        definition,
      );
      if (open.signal.aborted) return CANCELLED;
      return answer === 'unauthorized' ? unauthorized() : answer;
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
      exchange.answer(null, invalidRequest('this protocol revision has no such batches'));
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

  #undiscovered({ name, discovery }: RegisteredServer): RpcAnswer {
    const waitMs = (discovery.retryAt ?? Date.now()) - Date.now();
    const answer = error(
      SERVER_ERROR,
      `MCP server ${name} is not available: ${discovery.problem ?? 'it is not known yet'}`,
      {
        status: 503,
      },
    );
    return { ...answer, headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } };
  }
}
