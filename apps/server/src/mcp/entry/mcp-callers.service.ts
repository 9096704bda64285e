import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { PolicyDecisionPoint } from '@gatehouse/governance';
import { type CredentialOutcome, type CredentialProblem, CredentialResolver } from '@gatehouse/identity';
import { McpServers, type RegisteredServer } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../../http/bearer.ts';
import type { McpCaller } from '../mcp-caller.ts';
import { isRefusal, type Refusal } from '../refusals/refusal.ts';
import { bearerChallenge } from '../resource-metadata.ts';
import { error, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';
import { serverNameOf } from './server-name.ts';

/** Who calls which server. */
export interface Served {
  readonly server: RegisteredServer;
  readonly caller: McpCaller;
}

/** Who sends a request, and to which server. */
@Injectable()
export class McpCallers {
  readonly #publicUrl: string;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(McpServers) private readonly servers: McpServers,
  ) {
    this.#publicUrl = configuration.profile.publicUrl;
  }

  /** Whom the token speaks for. In memory nearly always: then there is nothing to wait for. */
  authenticate(request: FastifyRequest): McpCaller | Refusal | Promise<McpCaller | Refusal> {
    const bearer = bearerOf(request);
    const resource = `mcp/${serverNameOf(request)}` as const;
    const outcome = this.credentials.resolve(bearer, resource, request.clientAddress);
    return outcome instanceof Promise
      ? outcome.then((late) => this.#authenticated(request, bearer, late))
      : this.#authenticated(request, bearer, outcome);
  }

  /** The same, with the server: whether there is one is for those to know who have a token for it. */
  serve(request: FastifyRequest): Served | Refusal | Promise<Served | Refusal> {
    const caller = this.authenticate(request);
    return caller instanceof Promise
      ? caller.then((late) => this.#served(request, late))
      : this.#served(request, caller);
  }

  /** The same for a name that is no server's: only a token could tell them apart. */
  unauthorized(request: FastifyRequest, problem: CredentialProblem): RpcAnswer {
    if (problem === 'unverifiable') {
      const answer = error(SERVER_ERROR, 'the access token cannot be verified now', { status: 503 });
      return { ...answer, headers: { 'retry-after': '1' } };
    }
    const hasToken = bearerOf(request) !== undefined;
    const challenge = bearerChallenge(this.#publicUrl, serverNameOf(request), hasToken);
    const answer = error(SERVER_ERROR, 'a valid access token for this MCP server is needed', { status: 401 });
    return { ...answer, headers: { 'www-authenticate': challenge } };
  }

  #authenticated(
    request: FastifyRequest,
    bearer: string | undefined,
    outcome: CredentialOutcome,
  ): McpCaller | Refusal {
    if (!outcome.ok) {
      this.pdp.refusedUnrecorded(request.clientAddress);
      return {
        answer: this.unauthorized(request, outcome.problem),
        policy: 'token_invalid',
        reason: 'The request carries no valid access token.',
        record: 'as_decision',
      };
    }
    const { traceparent } = request.headers;
    return {
      bearer,
      remoteAddress: request.clientAddress,
      principal: outcome.principal,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      userAgent: request.headers['user-agent'],
    };
  }

  #served(request: FastifyRequest, caller: McpCaller | Refusal): Served | Refusal {
    if (isRefusal(caller)) return caller;
    const server = this.servers.find(serverNameOf(request));
    return server === undefined ? UNKNOWN_SERVER : { server, caller };
  }
}

const UNKNOWN_SERVER: Refusal = {
  answer: error(SERVER_ERROR, 'there is no such MCP server', { status: 404 }),
  policy: 'input_invalid',
  reason: 'There is no MCP server of that name.',
  record: 'of_call',
};
