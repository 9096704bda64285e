import { ChildPool, LEGACY_VERSIONS } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Served } from '../entry/mcp-callers.service.ts';
import { undiscovered } from '../entry/undiscovered.ts';
import { clientInfoOf } from '../mcp-caller.ts';
import { ListedDefinitions } from '../methods/listed-definitions.service.ts';
import { ShownDefinitions } from '../methods/shown-definitions.service.ts';
import { McpSession } from '../sessions/mcp-session.ts';
import { McpSessions } from '../sessions/mcp-sessions.ts';
import { error, type RpcAnswer, type RpcRequest, result, SERVER_ERROR } from '../wire/json-rpc.ts';
import { invalidRequest } from '../wire/posted-message.ts';

export const SESSION_HEADER = 'mcp-session-id';

/** The beginning and the end of a session, and which one a request belongs to. */
@Injectable()
export class OpenSessions {
  constructor(
    @Inject(ShownDefinitions) private readonly definitions: ShownDefinitions,
    @Inject(ListedDefinitions) private readonly listed: ListedDefinitions,
    @Inject(McpSessions) private readonly sessions: McpSessions,
    @Inject(ChildPool) private readonly pool: ChildPool,
  ) {}

  initialize({ server, caller }: Served, { params }: RpcRequest): RpcAnswer {
    const definition = this.definitions.forClient(server.name, 'legacy');
    if (definition === undefined) return undiscovered(server);
    const hello = this.listed.hello(server, definition, params?.protocolVersion);
    const session = new McpSession({
      server: server.name,
      principal: caller.principal,
      protocolVersion: hello.protocolVersion as string,
      clientInfo: clientInfoOf(params?.clientInfo),
      clientCapabilities: params?.capabilities,
    });
    if (!this.sessions.add(session)) {
      const answer = error(SERVER_ERROR, 'too many MCP sessions are open', { status: 503 });
      return { ...answer, headers: { 'retry-after': '10' } };
    }
    return { ...result(hello), headers: { [SESSION_HEADER]: session.id } };
  }

  /** The session that a request names, or why it is none of the caller's. */
  find({ headers }: FastifyRequest, { server, caller }: Served): McpSession | RpcAnswer {
    const id = headers[SESSION_HEADER];
    if (typeof id !== 'string') return invalidRequest(`the header ${SESSION_HEADER} is missing`);
    const session = this.sessions.find(id, server.name, caller.principal);
    if (session === undefined) return error(SERVER_ERROR, 'there is no such MCP session', { status: 404 });
    const version = headers['mcp-protocol-version'];
    if (version === undefined || (typeof version === 'string' && LEGACY_VERSIONS.includes(version)))
      return session;
    return invalidRequest('the header mcp-protocol-version names a revision that the session does not speak');
  }

  /** Ends a session, and its child unless another of the same caller uses it. */
  async end(session: McpSession): Promise<void> {
    this.sessions.end(session);
    if (!this.sessions.sharesChild(session)) await this.pool.end(session.server, session.isolationKey);
  }
}
