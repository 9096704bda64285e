import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { McpDefinitions } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readGoverned } from '../methods/governed-method.ts';
import { missingScope } from '../methods/missing-scope.ts';
import { holdsCall } from '../refusals/holds-call.ts';
import type { Refusal } from '../refusals/refusal.ts';
import { acceptsBoth } from '../wire/accepts.ts';
import type { RpcAnswer } from '../wire/json-rpc.ts';
import { checkParamHeaders } from '../wire/param-headers.ts';
import {
  type McpHeaders,
  type PostedMessage,
  readPosted,
  type ValidMessage,
} from '../wire/posted-message.ts';
import { supportedVersions } from '../wire/supported-versions.ts';
import {
  insufficientScope,
  invalidMessage,
  mismatchedHeader,
  UNACCEPTED,
  unavailableServer,
} from './entry-refusals.ts';
import type { Served } from './mcp-callers.service.ts';

/** What an authenticated caller posted: a message that one of the wires answers, or why none does. */
@Injectable()
export class PostedRequests {
  readonly #publicUrl: string;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
  ) {
    this.#publicUrl = configuration.profile.publicUrl;
  }

  /** The first thing that is wrong is the answer. */
  read(request: FastifyRequest, served: Served, body: JsonValue): ValidMessage | Refusal {
    if (!acceptsBoth(request.headers.accept)) return UNACCEPTED;
    const supported = supportedVersions(this.definitions, served.server.name);
    if (supported.length === 0 && holdsCall(body)) return unavailableServer(served.server);
    const posted = readPosted(body, headersOf(request), supported);
    if (posted.kind === 'refused') return invalidMessage(posted);
    return this.#unscoped(served, posted) ?? this.#mismatched(request, served, posted) ?? posted;
  }

  #unscoped({ server, caller }: Served, posted: PostedMessage): Refusal | undefined {
    const needed = missingScope(caller.principal, server.name, posted);
    return needed === null ? undefined : insufficientScope(this.#publicUrl, server.name, needed);
  }

  /** Of a call, the arguments that its tool wants in headers. */
  #mismatched({ headers }: FastifyRequest, { server }: Served, posted: PostedMessage): Refusal | undefined {
    if (posted.kind !== 'modern_request') return undefined;
    const call = readGoverned(posted.request.method, posted.request.params);
    if (call?.needs?.kind !== 'tool') return undefined;
    const schema = this.definitions.findTool(server.name, call.tool)?.inputSchema;
    const answer: RpcAnswer | undefined = checkParamHeaders(
      isJsonObject(schema) ? schema : undefined,
      call.input,
      (name) => oneOf(headers[name]),
    );
    return answer === undefined ? undefined : mismatchedHeader(answer);
  }
}

function headersOf({ headers }: FastifyRequest): McpHeaders {
  return {
    protocolVersion: oneOf(headers['mcp-protocol-version']),
    method: oneOf(headers['mcp-method']),
    name: oneOf(headers['mcp-name']),
  };
}

function oneOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
