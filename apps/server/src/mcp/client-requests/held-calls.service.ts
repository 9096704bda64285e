import { randomUUID } from 'node:crypto';
import type { Decision } from '@gatehouse/governance';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { ClientRequest, PooledChild, UpstreamRequest } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { type Ended, endedBy } from '../methods/call-outcome.ts';
import type { McpRequest } from '../methods/mcp-request.ts';
import { ClientQuestions } from './client-questions.service.ts';
import { HeldCall } from './held-call.ts';
import { asRequest } from './input-required.service.ts';
import { RequestStates } from './request-state.service.ts';

const HOLD_MS = 5 * 60_000;
const MAX_HELD = 1_000;
const MAX_HELD_PER_USER = 32;

/** Calls that wait for answers of clients of revision 2026-07-28 to children that ask in the older way. */
@Injectable()
export class HeldCalls {
  readonly #held = new Map<string, HeldCall>();

  constructor(
    @Inject(ClientQuestions) private readonly questions: ClientQuestions,
    @Inject(RequestStates) private readonly states: RequestStates,
  ) {}

  /** Makes the call; resolves with its end, or with the questions that the client has to answer first. */
  begin(
    request: McpRequest,
    decision: Decision,
    child: PooledChild,
    upstream: Omit<UpstreamRequest, 'timeoutMs' | 'onClientRequest' | 'signal'>,
  ): Promise<Ended> {
    const id = randomUUID();
    const call = new HeldCall(request);
    void child
      .request({
        ...upstream,
        signal: call.signal,
        onNotification: (notification) => {
          if (call.isWaiting) call.leg.relay(notification);
        },
        onClientRequest: (asked) => this.#ask(id, call, decision, asked),
      })
      .then((outcome) => call.end(endedBy(outcome, request.server)))
      .finally(() => child.release());
    return this.#wait(id, call, request);
  }

  /** The next round of a call that waits here; undefined when none does under that id. */
  resume(id: string, request: McpRequest): Promise<Ended> | undefined {
    const call = this.#held.get(id);
    if (call === undefined || call.isWaiting) return undefined;
    const responses = request.rpc.params?.inputResponses;
    clearTimeout(call.patience);
    call.leg = request;
    call.isWaiting = true;
    if (isJsonObject(responses)) call.answer(responses);
    return this.#wait(id, call, request);
  }

  async #ask(id: string, call: HeldCall, parent: Decision, asked: ClientRequest) {
    const question = await this.questions.decide(call.leg, parent, asked);
    if ('refused' in question) return { error: question.refused };
    if (!this.#keep(id, call)) return this.questions.answered(question, NO_ROOM);
    return this.questions.answered(question, (await call.put(question, asked.signal)) ?? NO_ANSWER);
  }

  #keep(id: string, call: HeldCall): boolean {
    if (this.#held.has(id)) return true;
    const { userId } = call.leg.caller.principal;
    const own = [...this.#held.values()].filter((one) => one.leg.caller.principal.userId === userId);
    if (this.#held.size >= MAX_HELD || own.length >= MAX_HELD_PER_USER) return false;
    this.#held.set(id, call);
    return true;
  }

  async #wait(id: string, call: HeldCall, request: McpRequest): Promise<Ended> {
    const onGone = () => call.giveUp();
    request.signal.addEventListener('abort', onGone, { once: true });
    try {
      const next = await call.next();
      if (!(next instanceof Map)) {
        this.#held.delete(id);
        return next as Ended;
      }
      const inputRequests: Record<string, JsonValue> = {};
      for (const [key, question] of next) inputRequests[key] = asRequest(question);
      call.patience = setTimeout(() => this.#giveUp(id, call), HOLD_MS).unref();
      const result: JsonObject = {
        resultType: 'input_required',
        inputRequests,
        requestState: this.states.seal({ held: id }, request),
      };
      return {
        outcome: { status: 'input_required', output: null, error: null },
        answer: { kind: 'input_required', result },
      };
    } finally {
      call.isWaiting = false;
      request.signal.removeEventListener('abort', onGone);
    }
  }

  #giveUp(id: string, call: HeldCall): void {
    this.#held.delete(id);
    call.giveUp();
  }
}

const NO_ANSWER = { error: { code: -32_600, message: 'the client did not come back' } };
const NO_ROOM = { error: { code: -32_600, message: 'too many calls wait for their clients' } };
