import { SCANNER } from '@gatehouse/audit';
import { type Decision, PolicyDecisionPoint, shownReason } from '@gatehouse/governance';
import { isCorrelationId, isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { ChildPool, McpDefinitions } from '@gatehouse/mcp-spawner';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { claimsOf } from '../mcp-caller.ts';
import { error, INVALID_PARAMS, type RpcAnswer, result } from '../wire/json-rpc.ts';
import { type Ended, endedBefore, endedBy } from './call-outcome.ts';
import { actionOf, type GovernedMethod, readGoverned } from './governed-method.ts';
import type { McpRequest } from './mcp-request.ts';
import { modernResult } from './modern-result.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { refusedCall } from './refused-call.ts';
import { BESIDE_KEY, besideParams, metaOf, relayedParams, TOOL_USE_KEY } from './relayed-params.ts';

/** The calls that reach a child: decided, recorded, relayed, recorded again, redacted. */
@Injectable()
export class GovernedCalls {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(ChildPool) private readonly pool: ChildPool,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  /** Undefined when the parameters are not what the method takes: then there is no call to decide. */
  async answer(request: McpRequest): Promise<RpcAnswer | 'unauthorized' | undefined> {
    const { method, params } = request.rpc;
    const call = readGoverned(method, params);
    if (call === undefined) return undefined;
    const beside = besideParams(method, params);
    if (beside !== undefined && Object.hasOwn(call.input, BESIDE_KEY)) return undefined;
    const decision = await this.#decide(request, call, beside);
    const answer = await this.#carryOut(request, call, decision, beside);
    if (answer === 'unauthorized') return answer;
    return { ...answer, headers: rateLimitHeaders(decision.budget) };
  }

  async #carryOut(
    request: McpRequest,
    call: GovernedMethod,
    decision: Decision,
    beside: JsonObject | undefined,
  ): Promise<RpcAnswer | 'unauthorized'> {
    if (decision.credentialProblem !== null) return 'unauthorized';
    if (decision.decision === 'deny') return this.#denied(request, decision);
    const startedAt = performance.now();
    const ended = await this.#run(request, call, decision, beside);
    if (ended === 'unknown_name') {
      await this.#complete(
        decision,
        { status: 'not_executed', output: null, error: 'no such name' },
        startedAt,
      );
      return error(INVALID_PARAMS, `the MCP server offers no ${call.needs?.kind ?? 'thing'} of that name`);
    }
    return this.#finish(request, decision, ended, startedAt);
  }

  #decide(
    { server, caller, session, clientInfo, rpc }: McpRequest,
    call: GovernedMethod,
    beside: JsonObject | undefined,
  ) {
    const meta = metaOf(rpc.params);
    const inputSchema = call.needs?.kind === 'tool' ? this.#schemaOf(server.name, call.tool) : undefined;
    const toolUse = meta[TOOL_USE_KEY];
    return this.pdp.decide({
      bearer: caller.bearer,
      remoteAddress: caller.remoteAddress,
      resource: `mcp/${server.name}`,
      call: {
        action: actionOf(server.name, call.tool),
        tool: call.tool,
        server: server.name,
        input: beside === undefined ? call.input : { ...call.input, [BESIDE_KEY]: beside },
        cwd: null,
        ...(inputSchema === undefined ? {} : { inputSchema }),
      },
      correlation: {
        traceparent: typeof meta.traceparent === 'string' ? meta.traceparent : caller.traceparent,
        taskId: isCorrelationId(toolUse) ? toolUse : undefined,
        contextId: session?.contextId,
      },
      claimed: claimsOf(caller.userAgent, clientInfo),
    });
  }

  async #run(
    request: McpRequest,
    call: GovernedMethod,
    decision: Decision,
    beside: JsonObject | undefined,
  ): Promise<Ended | 'unknown_name'> {
    const { server, caller, era, protocolVersion, rpc, signal } = request;
    if (!this.#isOffered(server.name, call)) return 'unknown_name';
    try {
      const child = await this.pool.acquire(server.name, {
        userId: caller.principal.userId,
        isolationKey: caller.principal.sessionId,
        era,
        protocolVersion,
      });
      const outcome = await child.request({
        method: rpc.method,
        params: relayedParams(rpc.params, { era, context: decision.context, beside }),
        signal,
        onNotification: (notification) => this.#relay(request, notification),
      });
      return endedBy(outcome, server);
    } catch (cause) {
      return endedBefore(cause);
    }
  }

  async #finish(
    request: McpRequest,
    decision: Decision,
    ended: Ended,
    startedAt: number,
  ): Promise<RpcAnswer> {
    const { output, scanned } = await this.#complete(decision, ended.outcome, startedAt);
    const { answer } = ended;
    if (answer.kind === 'told') {
      return this.#refused(
        request,
        `[GOVERNANCE] ${answer.text} (upstream_unavailable)`,
        answer.retryAfterMs,
      );
    }
    if (output === null || !isJsonObject(output) || scanned === null || scanned.exhausted) {
      return this.#refused(request, WITHHELD, null);
    }
    return answer.kind === 'error' ? { body: { error: output } } : result(output);
  }

  #complete(decision: Decision, outcome: Ended['outcome'], startedAt: number) {
    return this.pdp.complete(decision, {
      ...outcome,
      durationMs: performance.now() - startedAt,
      reportedBy: 'gatehouse',
    });
  }

  #denied(request: McpRequest, decision: Decision): RpcAnswer {
    const retryAfterMs = decision.policy === 'rate_limited' ? (decision.budget?.retryAfterMs ?? null) : null;
    return this.#refused(request, shownReason(decision), retryAfterMs);
  }

  #refused({ rpc, era, server }: McpRequest, text: string, retryAfterMs: number | null): RpcAnswer {
    const serverInfo = this.definitions.find(server.name, era)?.serverInfo ?? {};
    return refusedCall(rpc.method, text, {
      retryAfterMs,
      finish: (plain) => (era === 'modern' ? modernResult(plain, serverInfo, false) : plain),
    });
  }

  /** Whatever a child says besides its answer is redacted like the answer. */
  #relay({ session, notify }: McpRequest, notification: JsonObject): void {
    const { method, params = {} } = notification;
    if (method === 'notifications/message' && session !== null) {
      if (!session.wantsLevel(isJsonObject(params) ? params.level : undefined)) return;
    }
    const redacted = this.scanner.redact(params).value;
    if (typeof method === 'string') notify({ jsonrpc: '2.0', method, params: redacted });
  }

  #isOffered(server: string, { needs }: GovernedMethod): boolean {
    if (needs === undefined) return true;
    if (needs.kind === 'tool') return this.definitions.findTool(server, needs.name) !== undefined;
    return this.definitions
      .eras(server)
      .some((era) => this.definitions.find(server, era)?.prompts.some(({ name }) => name === needs.name));
  }

  #schemaOf(server: string, tool: string): JsonObject | undefined {
    const schema = this.definitions.findTool(server, tool)?.inputSchema;
    return isJsonObject(schema) ? schema : undefined;
  }
}

const WITHHELD =
  '[GOVERNANCE] The output is withheld: it could not be judged and recorded. (audit_unavailable)';
