import { inTrace } from '@gatehouse/audit';
import {
  type Check,
  type CompletedCall,
  type Decision,
  fail,
  PolicyDecisionPoint,
  shownReason,
} from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { McpDefinitions, McpPins } from '@gatehouse/mcp-spawner';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BuiltInMcpServer } from '../built-in/built-in-server.service.ts';
import { type KeptState, RequestStates } from '../client-requests/request-state.service.ts';
import { claimsOf } from '../mcp-caller.ts';
import type { ListenStream } from '../subscriptions/listen-stream.ts';
import { error, INVALID_PARAMS, type RpcAnswer, result } from '../wire/json-rpc.ts';
import { correlationOf } from './call-correlation.ts';
import type { Ended } from './call-outcome.ts';
import { ChildCalls } from './child-calls.service.ts';
import { actionOf, type GovernedMethod, readGoverned } from './governed-method.ts';
import type { McpRequest } from './mcp-request.ts';
import { modernResult, translatedError, translatedResult } from './modern-result.ts';
import { needsTask } from './needs-task.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { refusedCall } from './refused-call.ts';
import { BESIDE_KEY, besideParams } from './relayed-params.ts';

/** The calls that reach a child: decided, recorded, relayed, recorded again, redacted. */
@Injectable()
export class GovernedCalls {
  readonly #logger = new Logger('mcp');

  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(McpPins) private readonly pins: McpPins,
    @Inject(ChildCalls) private readonly children: ChildCalls,
    @Inject(BuiltInMcpServer) private readonly builtIn: BuiltInMcpServer,
    @Inject(RequestStates) private readonly states: RequestStates,
  ) {}

  /** Undefined when the parameters are not what the method takes: then there is no call to decide. */
  answer(request: McpRequest): Promise<RpcAnswer> | undefined {
    const { method, params } = request.rpc;
    const call = readGoverned(method, params);
    if (call === undefined) return undefined;
    const beside = besideParams(method, params);
    if (beside !== undefined && Object.hasOwn(call.input, BESIDE_KEY)) return undefined;
    const sealed = request.era === 'modern' ? params?.requestState : undefined;
    const state = sealed === undefined ? undefined : this.states.open(sealed, request);
    if (sealed !== undefined && state === undefined) return undefined;
    return this.#call(request, call, beside, state);
  }

  async #call(
    request: McpRequest,
    call: GovernedMethod,
    beside: JsonObject | undefined,
    state: KeptState | undefined,
  ): Promise<RpcAnswer> {
    const decision = await this.#decide(request, call, beside);
    const carryOut = () => this.#carryOut(request, call, decision, beside, state);
    return receipted(decision, await inTrace(decision.context.traceId, carryOut));
  }

  /** Decides to watch resources and begins it; the answer when it does not begin. */
  async listen(
    request: McpRequest,
    uris: readonly string[],
    watcher: ListenStream,
  ): Promise<RpcAnswer | undefined> {
    const keep = (_uri: string, stop: () => void) => {
      watcher.onEnd(stop);
      return true;
    };
    const watching = { uris, watcher, keep };
    const call = {
      tool: 'subscriptions/listen',
      input: { resourceSubscriptions: [...uris] },
      needs: undefined,
    };
    const asked = { ...request, watcher: watching };
    const decision = await this.#decide(asked, call, undefined);
    const answer = await this.#carryOut(asked, call, decision, undefined, undefined);
    return 'error' in answer.body ? receipted(decision, answer) : undefined;
  }

  async #carryOut(
    request: McpRequest,
    call: GovernedMethod,
    decision: Decision,
    beside: JsonObject | undefined,
    state: KeptState | undefined,
  ): Promise<RpcAnswer> {
    if (decision.credentialProblem !== null) return request.unauthorized(decision.credentialProblem);
    if (decision.decision === 'deny') return this.#denied(request, decision);
    const startedAt = performance.now();
    if (!this.#isOffered(request.server.name, call)) {
      const outcome = { status: 'not_executed', output: null, error: 'no such name' } as const;
      const rows = [await this.#complete(decision, outcome, startedAt)];
      const told = `the MCP server offers no ${call.needs?.kind ?? 'thing'} of that name`;
      return { ...error(INVALID_PARAMS, told), rows };
    }
    const { server, caller, rpc, signal } = request;
    const ended =
      server.config.builtIn === null
        ? await this.children.run(request, decision, beside, state)
        : await this.builtIn.call(rpc.method, call.tool, {
            caller: decision.principal ?? caller.principal,
            decision,
            args: call.input,
            signal,
          });
    // What did not end well, and why, is in the log too, under the call's trace.
    if (ended.answer.kind === 'told')
      this.#logger.warn({ message: ended.answer.text, server: server.name, status: ended.outcome.status });
    const completed = await this.#complete(decision, ended.outcome, startedAt);
    return { ...this.#finish(request, ended, completed), rows: [completed] };
  }

  #decide(
    { server, caller, session, clientInfo, rpc }: McpRequest,
    call: GovernedMethod,
    beside: JsonObject | undefined,
  ) {
    const inputSchema = call.needs?.kind === 'tool' ? this.#schemaOf(server.name, call.tool) : undefined;
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
      correlation: correlationOf(rpc.params, caller.traceparent, session?.contextId),
      claimed: claimsOf(caller.userAgent, clientInfo),
      ...this.#moreChecks(server, caller.principal, call),
    });
  }

  #moreChecks(
    { name, config }: McpRequest['server'],
    caller: Principal,
    call: GovernedMethod,
  ): { readonly checks?: readonly Check[] } {
    if (config.builtIn !== null) return { checks: [this.builtIn.check(call.tool, caller)] };
    return this.#isHeld(name, call) ? { checks: [HELD] } : {};
  }

  /** What waits for an operator's approval (threat T23): that tool or prompt, or the server's whole program. */
  #isHeld(server: string, { needs }: GovernedMethod): boolean {
    return this.pins.isHeld(server, needs?.kind ?? 'program', needs?.name ?? '');
  }

  #finish(request: McpRequest, { answer }: Ended, { output, scanned, recorded }: CompletedCall): RpcAnswer {
    if (answer.kind === 'told') {
      return this.#refused(
        request,
        `[GOVERNANCE] ${answer.text} (upstream_unavailable)`,
        answer.retryAfterMs,
      );
    }
    if (answer.kind === 'input_required') {
      return recorded ? result(answer.result) : this.#refused(request, WITHHELD, null);
    }
    if (output === null || !isJsonObject(output) || scanned === null || scanned.exhausted) {
      return this.#refused(request, WITHHELD, null);
    }
    const { era: client, rpc, definition } = request;
    if (answer.kind === 'error') return { body: { error: translatedError(output, client) } };
    const { era: child, serverInfo } = definition;
    return result(translatedResult(output, { method: rpc.method, client, child, serverInfo }));
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

  #refused({ rpc, era, definition }: McpRequest, text: string, retryAfterMs: number | null): RpcAnswer {
    return refusedCall(rpc.method, text, {
      retryAfterMs,
      finish: (plain) => (era === 'modern' ? modernResult(plain, definition.serverInfo, false) : plain),
    });
  }

  #isOffered(server: string, { needs }: GovernedMethod): boolean {
    if (needs === undefined) return true;
    if (needs.kind === 'tool') {
      const tool = this.definitions.findTool(server, needs.name);
      return tool !== undefined && !needsTask(tool);
    }
    return this.definitions
      .eras(server)
      .some((era) => this.definitions.find(server, era)?.prompts.some(({ name }) => name === needs.name));
  }

  #schemaOf(server: string, tool: string): JsonObject | undefined {
    const schema = this.definitions.findTool(server, tool)?.inputSchema;
    return isJsonObject(schema) ? schema : undefined;
  }
}

/** With the receipts of its rows, that of the decision first. */
function receipted(decision: Decision, answer: RpcAnswer): RpcAnswer {
  const rows = answer.rows === undefined ? [decision] : [decision, ...answer.rows];
  return { ...answer, rows, headers: { ...answer.headers, ...rateLimitHeaders(decision.budget) } };
}

const HELD: Check = {
  rule: 'tool_pin',
  run: () =>
    fail('tool_changed', 'The tool is not as it was approved; an operator has to approve it.', 'held'),
};

const WITHHELD =
  '[GOVERNANCE] The output is withheld: it could not be judged and recorded. (audit_unavailable)';
