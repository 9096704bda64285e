import type { CommittedRow } from '@gatehouse/audit';
import { type Check, type DecisionRequest, fail, PolicyDecisionPoint } from '@gatehouse/governance';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { CLIENT_INFO_KEY } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../../http/bearer.ts';
import { serverNameOf } from '../entry/server-name.ts';
import { claimsOf, clientInfoOf } from '../mcp-caller.ts';
import { correlationOf } from '../methods/call-correlation.ts';
import { actionOf, type GovernedMethod, readGoverned } from '../methods/governed-method.ts';
import { metaOf } from '../methods/relayed-params.ts';
import type { McpSession } from '../sessions/mcp-session.ts';
import type { RpcAnswer, RpcRequest } from '../wire/json-rpc.ts';
import { holdsCall } from './holds-call.ts';
import type { Refusal } from './refusal.ts';

const ROUTE = 'POST /mcp/{server}';

/** What a request was, as far as anybody read it: a body of any form, or one request of it. */
export type Message = JsonValue | RpcRequest | undefined;

/**
 * The one place where what the MCP door refuses gets its row: one for each request or batch, committed before the answer,
 * which carries its receipt. Unknown callers get rows as everywhere: so many a minute, then a count (threat T6).
 */
@Injectable()
export class RefusedRequests {
  constructor(@Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint) {}

  /** What the sender is answered. `session`: the one that the request belongs to. */
  async answer(
    request: FastifyRequest,
    message: Message,
    refusal: Refusal,
    session?: McpSession | null,
  ): Promise<RpcAnswer> {
    const body = message as JsonValue | undefined;
    if (refusal.record !== 'always' && !holdsCall(body)) return refusal.answer;
    const call = refusal.record === 'as_decision' ? readCall(body) : undefined;
    const sender = senderOf(request, body, session);
    const row =
      call === undefined ? await this.#reject(sender, refusal) : await this.#deny(sender, call, refusal);
    return { ...refusal.answer, rows: [row] };
  }

  #reject(sender: Sender, { policy, reason }: Refusal): Promise<CommittedRow> {
    return this.pdp.reject({ ...sender, action: ROUTE, policy, reason });
  }

  /** The door's own check is for a credential that became good meanwhile: the call is refused all the same. */
  #deny(sender: Sender, { tool, input }: GovernedMethod, refusal: Refusal): Promise<CommittedRow> {
    const server = sender.resource.slice('mcp/'.length);
    const refused: Check = { rule: 'door', run: () => fail(refusal.policy, refusal.reason, 'refused') };
    const call = { action: actionOf(server, tool), tool, server, input, cwd: null };
    return this.pdp.decide({ ...sender, call, checks: [refused] });
  }
}

type Sender = Omit<DecisionRequest, 'call' | 'checks'>;

/** Who sent a request, and what it says of itself. */
function senderOf(
  request: FastifyRequest,
  body: JsonValue | undefined,
  session: McpSession | null | undefined,
): Sender {
  const params = paramsOf(body);
  const { traceparent, 'user-agent': userAgent } = request.headers;
  const header = typeof traceparent === 'string' ? traceparent : undefined;
  return {
    bearer: bearerOf(request),
    remoteAddress: request.clientAddress,
    resource: `mcp/${serverNameOf(request)}`,
    correlation: correlationOf(params, header, session?.contextId),
    claimed: claimsOf(userAgent, session?.clientInfo ?? clientInfoOf(metaOf(params)[CLIENT_INFO_KEY])),
  };
}

function paramsOf(body: JsonValue | undefined): JsonObject | undefined {
  const params = body !== undefined && isJsonObject(body) ? body.params : undefined;
  return params !== undefined && isJsonObject(params) ? params : undefined;
}

function readCall(body: JsonValue | undefined): GovernedMethod | undefined {
  if (body === undefined || !isJsonObject(body) || typeof body.method !== 'string') return undefined;
  return readGoverned(body.method, paramsOf(body));
}
