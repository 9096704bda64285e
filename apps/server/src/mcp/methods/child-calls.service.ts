import { type Decision, LivePolicy } from '@gatehouse/governance';
import { isJsonObject, type JsonObject, type RequestContext } from '@gatehouse/kernel';
import {
  type ChildOwner,
  ChildPool,
  LATEST_LEGACY_VERSION,
  LEGACY_VERSIONS,
  MODERN_VERSION,
  type PooledChild,
  type UpstreamRequest,
} from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { ClientQuestions } from '../client-requests/client-questions.service.ts';
import { offeredClientCapabilities } from '../client-requests/client-request-kinds.ts';
import { HeldCalls } from '../client-requests/held-calls.service.ts';
import { InputRequired } from '../client-requests/input-required.service.ts';
import type { KeptState } from '../client-requests/request-state.service.ts';
import { type ResourceWatcher, ResourceWatches } from '../subscriptions/resource-watches.service.ts';
import { repeatedArguments } from '../wire/param-headers.ts';
import { type Ended, endedBefore, endedBy, endedForgotten, endedUnanswered } from './call-outcome.ts';
import { callerKey, type McpRequest, type Watching } from './mcp-request.ts';
import { LOG_LEVEL_KEY, metaOf, relayedParams } from './relayed-params.ts';

/** How often a child may ask its client before a call is over. */
const MAX_ROUNDS = 16;

/** An allowed call on its way through a child, whichever eras client and child are of. Never throws. */
@Injectable()
export class ChildCalls {
  constructor(
    @Inject(ChildPool) private readonly pool: ChildPool,
    @Inject(ClientQuestions) private readonly questions: ClientQuestions,
    @Inject(InputRequired) private readonly inputRequired: InputRequired,
    @Inject(HeldCalls) private readonly held: HeldCalls,
    @Inject(ResourceWatches) private readonly watches: ResourceWatches,
    @Inject(LivePolicy) private readonly policy: LivePolicy,
  ) {}

  /** Makes the call, or continues the one that `state` stands for. A child gets it once. */
  async run(
    request: McpRequest,
    decision: Decision,
    beside: JsonObject | undefined,
    state: KeptState | undefined,
  ): Promise<Ended> {
    const watcher = request.watcher;
    if (watcher !== undefined) return this.#watch(request, decision, watcher);
    if (state?.held !== undefined) return this.held.resume(state.held, request) ?? endedForgotten();
    try {
      const acquired = this.acquire(request, decision.context);
      const child = acquired instanceof Promise ? await acquired : acquired;
      return await this.#runIn(child, request, decision, beside, state);
    } catch (cause) {
      return endedBefore(cause);
    }
  }

  /** The child of this caller, in the era that its server is known in. `context`: of the call that it is for. */
  acquire(request: McpRequest, context?: RequestContext): PooledChild | Promise<PooledChild> {
    const { server, caller, definition } = request;
    const owner: ChildOwner = {
      userId: caller.principal.userId,
      isolationKey: caller.principal.sessionId,
      era: definition.era,
      protocolVersion: versionFor(request),
      capabilities: offeredClientCapabilities(server, request.clientCapabilities, definition.era),
      ...(context === undefined ? {} : { context }),
    };
    return this.pool.find(server.name, owner) ?? this.pool.acquire(server.name, owner);
  }

  #runIn(
    child: PooledChild,
    request: McpRequest,
    decision: Decision,
    beside: JsonObject | undefined,
    state: KeptState | undefined,
  ): Promise<Ended> {
    const { definition, rpc } = request;
    const params = relayedParams(rpc.params, {
      era: definition.era,
      context: decision.context,
      beside,
      capabilities:
        definition.era === 'legacy'
          ? undefined
          : offeredClientCapabilities(request.server, request.clientCapabilities),
      logLevel: request.session?.level ?? metaOf(rpc.params)[LOG_LEVEL_KEY],
      requestState: state?.child,
    });
    const repeated = repeatedOf(request);
    const upstream = {
      method: rpc.method,
      params,
      caller: callerKey(request),
      ...(repeated === undefined ? {} : { repeated }),
    };
    if (request.era === 'modern' && definition.era === 'legacy') {
      return this.held.begin(request, decision, child, upstream);
    }
    return this.#converse(child, request, decision, upstream);
  }

  /** Asks the child to watch resources: all of them, or none when it refuses one. */
  async #watch(
    request: McpRequest,
    decision: Decision,
    { uris, keep, ...watching }: Watching,
  ): Promise<Ended> {
    const watcher = this.#allowed(watching.watcher, request, decision);
    const stops: (() => void)[] = [];
    try {
      const child = await this.acquire(request, decision.context);
      const meta = {
        era: request.definition.era,
        context: decision.context,
        beside: undefined,
        capabilities: undefined,
        logLevel: undefined,
        requestState: undefined,
      };
      for (const uri of uris) {
        const { outcome, stop } = await this.watches.watch(child, uri, watcher, meta);
        if (outcome.kind !== 'result') {
          for (const one of stops) one();
          return endedBy(outcome, request.server);
        }
        stops.push(stop);
        if (!keep(uri, stop)) {
          stop();
          return endedUnanswered(request.server, 'the client watches as many resources as it may');
        }
      }
      return endedBy({ kind: 'result', result: {} }, request.server);
    } catch (cause) {
      return endedBefore(cause);
    }
  }

  /** Who watches is told nothing once the policy would not let them watch any more (threat T17). */
  #allowed(watcher: ResourceWatcher, { server, caller }: McpRequest, { call }: Decision): ResourceWatcher {
    const mayWatch = () =>
      this.policy.current().access.mayCall(caller.principal, call.action, server.name).allowed;
    return {
      updated: (uri) => {
        if (mayWatch()) watcher.updated(uri);
      },
      lost: () => watcher.lost(),
    };
  }

  async #converse(
    child: PooledChild,
    request: McpRequest,
    decision: Decision,
    first: Pick<UpstreamRequest, 'method' | 'repeated'> & {
      readonly params: JsonObject;
      readonly caller: string;
    },
  ): Promise<Ended> {
    const { server, signal, relay } = request;
    let upstream = first;
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const outcome = await child.request({
          ...upstream,
          signal,
          onNotification: relay,
          onClientRequest: (asked) => this.questions.ask(request, decision, asked),
        });
        const ended = endedBy(outcome, server);
        if (ended.answer.kind !== 'input_required') return ended;
        if (!mayAsk(first.method)) return endedUnanswered(server, 'it asks its client where it may not');
        const asks = request.era === 'modern' ? 'forClient' : 'askClient';
        const next = await this.inputRequired[asks](request, decision, ended.answer.result);
        if (isNotAsked(next)) return endedUnanswered(server, next.refused);
        if (asks === 'forClient') return { ...ended, answer: { kind: 'input_required', result: next } };
        const { inputResponses: _before, requestState: _old, ...same } = upstream.params;
        upstream = { ...upstream, params: { ...same, ...next } };
      }
      return endedUnanswered(server, 'it asks its client over and over');
    } finally {
      child.release();
    }
  }
}

/** What a server at an address, spoken to without a handshake, wants to hear of the arguments in headers too. */
function repeatedOf({ server, definition, rpc }: McpRequest): Readonly<Record<string, string>> | undefined {
  if (server.config.url === null || definition.era !== 'modern' || rpc.method !== 'tools/call')
    return undefined;
  const { name, arguments: args } = rpc.params ?? {};
  const schema = definition.tools.find((tool) => tool.name === name)?.inputSchema;
  return isJsonObject(schema) && isJsonObject(args) ? repeatedArguments(schema, args) : undefined;
}

/** Results of these may be `input_required` (revision 2026-07-28, "Supported requests"). */
function mayAsk(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get' || method === 'resources/read';
}

function isNotAsked(value: JsonObject | { readonly refused: string }): value is { readonly refused: string } {
  return isJsonObject(value) && typeof value.refused === 'string';
}

/** The revision that the child is spoken to in: the client's own, where it is one of the child's era. */
function versionFor({ era, protocolVersion, definition }: McpRequest): string {
  if (era === definition.era) return protocolVersion;
  if (definition.era === 'modern') return MODERN_VERSION;
  return LEGACY_VERSIONS.includes(definition.protocolVersion)
    ? definition.protocolVersion
    : LATEST_LEGACY_VERSION;
}
