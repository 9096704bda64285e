import type { JsonObject } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { error, INVALID_PARAMS, METHOD_NOT_FOUND, type RpcAnswer, result } from '../wire/json-rpc.ts';
import { GovernedCalls } from './governed-calls.service.ts';
import { ListedDefinitions } from './listed-definitions.service.ts';
import type { McpRequest } from './mcp-request.ts';
import { requestRule } from './method-table.ts';
import { modernResult } from './modern-result.ts';

const NOT_TAKEN = 'the parameters are not what the method takes';

/** What answers each request method of the table. What does not stand in it is denied (threat T15). */
@Injectable()
export class McpMethods {
  constructor(
    @Inject(ListedDefinitions) private readonly listed: ListedDefinitions,
    @Inject(GovernedCalls) private readonly calls: GovernedCalls,
  ) {}

  answer(request: McpRequest): Promise<RpcAnswer> {
    const { rpc, era } = request;
    const rule = requestRule(rpc.method, era);
    const canWatch = request.watcher !== undefined || typeof rpc.params?.uri !== 'string';
    if (rule?.check === 'watch' && !canWatch) {
      return this.#refuse(request, METHOD_NOT_FOUND, 'this MCP server has no subscriptions');
    }
    if (rule?.check === 'governed' || rule?.check === 'watch') {
      return this.calls.answer(request) ?? this.#refuse(request, INVALID_PARAMS, NOT_TAKEN);
    }
    if (rule === undefined) return this.#refuse(request, METHOD_NOT_FOUND, 'the method is not served here');
    return this.#known(request);
  }

  /** What is answered from memory. */
  async #known(request: McpRequest): Promise<RpcAnswer> {
    const { rpc, era, definition, caller } = request;
    const known = this.listed.list(rpc.method, request, caller.principal) ?? this.#local(request);
    if (known === undefined) return this.#refuse(request, METHOD_NOT_FOUND, 'the method is not served here');
    if (known === 'invalid' || rpc.params?.cursor !== undefined) {
      return this.#refuse(request, INVALID_PARAMS, NOT_TAKEN);
    }
    return result(era === 'modern' ? modernResult(known, definition.serverInfo, true) : known);
  }

  #local({ rpc, session, server, definition }: McpRequest): JsonObject | 'invalid' | undefined {
    switch (rpc.method) {
      case 'ping':
        return {};
      case 'logging/setLevel':
        return session?.setLevel(rpc.params?.level) === true ? {} : 'invalid';
      case 'resources/unsubscribe':
        return session?.unwatch(rpc.params?.uri) === true ? {} : 'invalid';
      case 'server/discover':
        return this.listed.discovery(server, definition);
      default:
        return undefined;
    }
  }

  /** What is no request of the method, on record whatever it is. */
  #refuse({ era, refuse }: McpRequest, code: number, told: string): Promise<RpcAnswer> {
    const isUnserved = code === METHOD_NOT_FOUND;
    const more = era === 'modern' && isUnserved ? { status: 404 } : {};
    return refuse({
      answer: error(code, told, more),
      policy: isUnserved ? 'policy_denied' : 'input_invalid',
      reason: isUnserved
        ? 'The MCP method is not served.'
        : 'The parameters of the MCP method are not valid.',
      record: 'always',
    });
  }
}
