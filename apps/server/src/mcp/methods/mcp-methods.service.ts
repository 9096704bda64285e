import { PolicyDecisionPoint } from '@gatehouse/governance';
import type { JsonObject } from '@gatehouse/kernel';
import { McpDefinitions, type ServerDefinition } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { claimsOf } from '../mcp-caller.ts';
import { error, INVALID_PARAMS, METHOD_NOT_FOUND, type RpcAnswer, result } from '../wire/json-rpc.ts';
import { GovernedCalls } from './governed-calls.service.ts';
import { isGoverned } from './governed-method.ts';
import { ListedDefinitions } from './listed-definitions.service.ts';
import type { McpRequest } from './mcp-request.ts';
import { modernResult } from './modern-result.ts';

export const ROUTE = 'POST /mcp/{server}';

/**
 * Every request method, and what answers it. What stands in no case is denied (threat T15): sampling, roots,
 * elicitation, subscriptions and tasks are not relayed.
 */
@Injectable()
export class McpMethods {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(McpDefinitions) readonly _definitions: McpDefinitions,
    @Inject(ListedDefinitions) private readonly listed: ListedDefinitions,
    @Inject(GovernedCalls) private readonly calls: GovernedCalls,
  ) {}

  async answer(request: McpRequest, definition: ServerDefinition): Promise<RpcAnswer | 'unauthorized'> {
    const { method } = request.rpc;
    if (isGoverned(method)) return this.#call(request);
    const known =
      this.listed.list(method, definition, request.caller.principal) ??
      (request.era === 'legacy' ? this.#legacyOnly(request) : this.#modernOnly(request, definition));
    if (known === undefined) return this.#refuse(request, METHOD_NOT_FOUND, 'the method is not served here');
    if (known === 'invalid' || request.rpc.params?.cursor !== undefined) {
      return this.#refuse(request, INVALID_PARAMS, 'the parameters are not what the method takes');
    }
    return result(request.era === 'modern' ? modernResult(known, definition.serverInfo, true) : known);
  }

  async #call(request: McpRequest): Promise<RpcAnswer | 'unauthorized'> {
    const answer = await this.calls.answer(request);
    return answer ?? this.#refuse(request, INVALID_PARAMS, 'the parameters are not what the method takes');
  }

  #legacyOnly({ rpc, session }: McpRequest): JsonObject | 'invalid' | undefined {
    if (rpc.method === 'ping') return {};
    if (rpc.method !== 'logging/setLevel') return undefined;
    return session?.setLevel(rpc.params?.level) === true ? {} : 'invalid';
  }

  #modernOnly({ rpc }: McpRequest, definition: ServerDefinition): JsonObject | undefined {
    return rpc.method === 'server/discover' ? this.listed.discovery(definition) : undefined;
  }

  /** A request that is no call of any kind, on record. */
  async #refuse(
    { server, caller, clientInfo, era }: McpRequest,
    code: number,
    reason: string,
  ): Promise<RpcAnswer> {
    await this.pdp.reject({
      bearer: caller.bearer,
      remoteAddress: caller.remoteAddress,
      resource: `mcp/${server.name}`,
      action: ROUTE,
      policy: code === METHOD_NOT_FOUND ? 'policy_denied' : 'input_invalid',
      reason:
        code === METHOD_NOT_FOUND
          ? 'The MCP method is not served.'
          : 'The parameters of the MCP method are not valid.',
      correlation: { traceparent: caller.traceparent },
      claimed: claimsOf(caller.userAgent, clientInfo),
    });
    return error(code, reason, era === 'modern' && code === METHOD_NOT_FOUND ? { status: 404 } : {});
  }
}
