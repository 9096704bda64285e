import type { CommittedRow } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { PolicyDecisionPoint } from '@gatehouse/governance';
import { type CredentialOutcome, type CredentialProblem, CredentialResolver } from '@gatehouse/identity';
import { isJsonObject, type JsonValue, parseStrictJson } from '@gatehouse/kernel';
import { McpDefinitions, McpServers, MODERN_VERSION, type RegisteredServer } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { bodyProblemSentence } from '../http/body-invalid.ts';
import { LegacyWire } from './legacy/legacy-wire.service.ts';
import { SessionStreamDoor } from './legacy/session-streams.service.ts';
import { claimsOf, type McpCaller } from './mcp-caller.ts';
import { actionOf, readGoverned } from './methods/governed-method.ts';
import { ROUTE } from './methods/mcp-methods.service.ts';
import { missingScope } from './methods/missing-scope.ts';
import { ModernWire } from './modern-wire.service.ts';
import { bearerChallenge, scopeChallenge } from './resource-metadata.ts';
import { Exchange } from './streams/exchange.ts';
import { acceptsBoth } from './wire/accepts.ts';
import {
  error,
  INTERNAL_ERROR,
  idOf,
  PARSE_ERROR,
  type RpcAnswer,
  type RpcRequest,
  SERVER_ERROR,
} from './wire/json-rpc.ts';
import { checkParamHeaders } from './wire/param-headers.ts';
import { type McpHeaders, readPosted } from './wire/posted-message.ts';
import { supportedVersions } from './wire/supported-versions.ts';

/** Who calls which server, or what a caller is told whom no server listens to. */
type Authenticated =
  | { readonly server: RegisteredServer; readonly caller: McpCaller }
  | { readonly refusal: RpcAnswer; readonly hadName: string | null };

/** The MCP endpoint of every server: who calls, what was posted, and which wire answers it. */
@Injectable()
export class McpDoor {
  readonly #publicUrl: string;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(LegacyWire) private readonly legacy: LegacyWire,
    @Inject(SessionStreamDoor) private readonly streams: SessionStreamDoor,
    @Inject(ModernWire) private readonly modern: ModernWire,
  ) {
    this.#publicUrl = configuration.profile.publicUrl;
  }

  /** Answers one POST; never throws. */
  post(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const exchange = new Exchange(reply);
    return this.#post(request, exchange).catch(() =>
      exchange.answer(null, error(INTERNAL_ERROR, 'something failed here', { status: 500 })),
    );
  }

  /** A body that could not even be read: too large, of another type, cut off. On record. */
  async refuseBody(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    reason: string,
  ): Promise<void> {
    const exchange = new Exchange(reply);
    const name = serverNameOf(request);
    const outcome = await this.credentials.resolve(bearerOf(request), `mcp/${name}`, request.clientAddress);
    if (!outcome.ok) {
      exchange.answer(null, this.#unauthorized(request, name, outcome.problem));
      return;
    }
    const rows = [await this.#reject(request, name, `The body ${reason}.`)];
    exchange.answer(null, { ...error(SERVER_ERROR, `the body ${reason}`, { status }), rows });
  }

  /** The stream of an MCP session, for what belongs to no request. */
  async get(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const served = await this.#authenticate(request);
    const exchange = new Exchange(reply);
    if ('refusal' in served) exchange.answer(null, served.refusal);
    else this.streams.listen(request, reply, exchange, served);
  }

  async delete(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const served = await this.#authenticate(request);
    const exchange = new Exchange(reply);
    if ('refusal' in served) exchange.answer(null, served.refusal);
    else await this.legacy.end(request, exchange, served);
  }

  async #post(request: FastifyRequest, exchange: Exchange): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const parsed = parseStrictJson(body);
    // Whom a token speaks for is in memory nearly always: then there is nothing to wait for.
    const known = this.#authenticate(request);
    const served = known instanceof Promise ? await known : known;
    if ('refusal' in served) {
      const rows =
        parsed.ok && served.hadName !== null
          ? await this.#recordUnauthenticated(request, served.hadName, parsed.value)
          : [];
      exchange.answer(idOf(parsed.ok ? parsed.value : undefined), { ...served.refusal, rows });
      return;
    }
    const { server } = served;
    if (!parsed.ok) {
      const rows = [await this.#reject(request, server.name, bodyProblemSentence(parsed.problem))];
      const answer = error(PARSE_ERROR, bodyProblemSentence(parsed.problem), { status: 400 });
      exchange.answer(null, { ...answer, rows });
      return;
    }
    if (!acceptsBoth(request.headers.accept)) {
      const text = 'the client must accept both application/json and text/event-stream';
      exchange.answer(idOf(parsed.value), error(SERVER_ERROR, text, { status: 406 }));
      return;
    }
    const supported = supportedVersions(this.definitions, server.name);
    const posted = readPosted(parsed.value, headersOf(request), supported);
    if (posted.kind === 'refused') {
      const rows = isOnlyNegotiation(posted.negotiation)
        ? []
        : [await this.#reject(request, server.name, 'The body is no valid MCP message.')];
      exchange.answer(idOf(parsed.value), { ...posted.answer, rows });
      return;
    }
    const needed = missingScope(served.caller.principal, server.name, posted);
    if (needed !== null) {
      const rows = await this.#recordUnauthenticated(request, server.name, parsed.value);
      const challenge = scopeChallenge(this.#publicUrl, server.name, needed);
      const answer = error(SERVER_ERROR, 'the access token was not granted this', { status: 403 });
      exchange.answer(idOf(parsed.value), { ...answer, rows, headers: { 'www-authenticate': challenge } });
      return;
    }
    const mismatched =
      posted.kind === 'modern_request' ? this.#mismatch(request, server, posted.request) : undefined;
    if (mismatched !== undefined) {
      await this.#reject(request, server.name, 'A header differs from the argument that it repeats.');
      exchange.answer(idOf(parsed.value), mismatched);
      return;
    }
    const unauthorized = (): RpcAnswer => this.#unauthorized(request, server.name, 'revoked');
    if (posted.kind === 'modern_request') {
      await this.modern.answer({ ...served, exchange, rpc: posted.request, unauthorized });
    } else if (posted.kind === 'notification' && posted.modern) exchange.accept();
    else {
      const refused = async (rpc: RpcRequest, answer: RpcAnswer, reason: string): Promise<RpcAnswer> =>
        readGoverned(rpc.method, rpc.params) === undefined
          ? answer
          : { ...answer, rows: [await this.#reject(request, server.name, reason)] };
      await this.legacy.answer({ ...served, request, exchange, posted, unauthorized, refused });
    }
  }

  /** Of a call, the arguments that its tool wants in headers. */
  #mismatch({ headers }: FastifyRequest, server: RegisteredServer, rpc: RpcRequest): RpcAnswer | undefined {
    const call = readGoverned(rpc.method, rpc.params);
    if (call?.needs?.kind !== 'tool') return undefined;
    const schema = this.definitions.findTool(server.name, call.tool)?.inputSchema;
    return checkParamHeaders(isJsonObject(schema) ? schema : undefined, call.input, (name) =>
      typeof headers[name] === 'string' ? headers[name] : undefined,
    );
  }

  #authenticate(request: FastifyRequest): Authenticated | Promise<Authenticated> {
    const name = serverNameOf(request);
    const bearer = bearerOf(request);
    const outcome = this.credentials.resolve(bearer, `mcp/${name}`, request.clientAddress);
    return outcome instanceof Promise
      ? outcome.then((late) => this.#authenticated(request, name, bearer, late))
      : this.#authenticated(request, name, bearer, outcome);
  }

  #authenticated(
    request: FastifyRequest,
    name: string,
    bearer: string | undefined,
    outcome: CredentialOutcome,
  ): Authenticated {
    if (!outcome.ok) {
      this.pdp.refusedUnrecorded(request.clientAddress);
      return { refusal: this.#unauthorized(request, name, outcome.problem), hadName: name };
    }
    const server = this.servers.find(name);
    if (server === undefined) {
      return { refusal: error(SERVER_ERROR, 'there is no such MCP server', { status: 404 }), hadName: null };
    }
    const { traceparent } = request.headers;
    const caller: McpCaller = {
      bearer,
      remoteAddress: request.clientAddress,
      principal: outcome.principal,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      userAgent: request.headers['user-agent'],
    };
    return { server, caller };
  }

  /** A call without a valid token, or with one that was not granted it, is denied in the same place as every other, and on record. */
  async #recordUnauthenticated(
    request: FastifyRequest,
    name: string,
    body: JsonValue,
  ): Promise<readonly CommittedRow[]> {
    const posted = readPosted(body, headersOf(request), [MODERN_VERSION]);
    if (posted.kind !== 'request' && posted.kind !== 'modern_request') return [];
    const call = readGoverned(posted.request.method, posted.request.params);
    if (call === undefined) return [];
    const { traceparent } = request.headers;
    const decision = await this.pdp.decide({
      bearer: bearerOf(request),
      remoteAddress: request.clientAddress,
      resource: `mcp/${name}`,
      call: {
        action: actionOf(name, call.tool),
        tool: call.tool,
        server: name,
        input: call.input,
        cwd: null,
      },
      correlation: { traceparent: typeof traceparent === 'string' ? traceparent : undefined },
      claimed: claimsOf(request.headers['user-agent'], undefined),
    });
    return [decision];
  }

  #reject(request: FastifyRequest, name: string, reason: string): Promise<CommittedRow> {
    const { traceparent } = request.headers;
    return this.pdp.reject({
      bearer: bearerOf(request),
      remoteAddress: request.clientAddress,
      resource: `mcp/${name}`,
      action: ROUTE,
      policy: 'input_invalid',
      reason,
      correlation: { traceparent: typeof traceparent === 'string' ? traceparent : undefined },
      claimed: claimsOf(request.headers['user-agent'], undefined),
    });
  }

  /** The same for a name that is no server's: only a token could tell them apart. */
  #unauthorized(request: FastifyRequest, name: string, problem: CredentialProblem): RpcAnswer {
    if (problem === 'unverifiable') {
      const answer = error(SERVER_ERROR, 'the access token cannot be verified now', { status: 503 });
      return { ...answer, headers: { 'retry-after': '1' } };
    }
    const challenge = bearerChallenge(this.#publicUrl, name, bearerOf(request) !== undefined);
    const answer = error(SERVER_ERROR, 'a valid access token for this MCP server is needed', { status: 401 });
    return { ...answer, headers: { 'www-authenticate': challenge } };
  }
}

/** A client that asks which revision is spoken asks for nothing to be done: that is counted, not a row. */
function isOnlyNegotiation(request: RpcRequest | undefined): boolean {
  return request !== undefined && readGoverned(request.method, request.params) === undefined;
}

/** From the path; what is no server's name by its alphabet is shown as none. */
export function serverNameOf(request: FastifyRequest): string {
  const { server } = request.params as { readonly server: string };
  return /^[A-Za-z0-9_-]{1,64}$/.test(server) ? server : '_';
}

function headersOf({ headers }: FastifyRequest): McpHeaders {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { protocolVersion: one('mcp-protocol-version'), method: one('mcp-method'), name: one('mcp-name') };
}
