import { SCANNER } from '@gatehouse/audit';
import type { Decision } from '@gatehouse/governance';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { McpRequest } from '../methods/mcp-request.ts';
import { type AllowedQuestion, ClientQuestions } from './client-questions.service.ts';
import { MAX_STATE_CHARACTERS, RequestStates } from './request-state.service.ts';

const MAX_QUESTIONS = 16;
const KEY = /^[\x20-\x7e]{1,128}$/;

export interface Asked {
  readonly key: string;
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** The questions in a result of revision 2026-07-28; undefined when it holds none, or what is no question. */
export function questionsIn(result: JsonObject): readonly Asked[] | undefined {
  const requests = result.inputRequests ?? {};
  if (!isJsonObject(requests)) return undefined;
  const entries = Object.entries(requests);
  if (entries.length > MAX_QUESTIONS) return undefined;
  if (entries.length === 0 && typeof result.requestState !== 'string') return undefined;
  const asked: Asked[] = [];
  for (const [key, value] of entries) {
    if (!KEY.test(key) || !isJsonObject(value) || typeof value.method !== 'string') return undefined;
    asked.push({ key, method: value.method, params: isJsonObject(value.params) ? value.params : undefined });
  }
  return asked;
}

/** What a child may not ask, said to its caller. */
export interface NotAsked {
  readonly refused: string;
}

/** `input_required` on its way from a child of revision 2026-07-28 to a client of that revision, or of an older one. */
@Injectable()
export class InputRequired {
  constructor(
    @Inject(ClientQuestions) private readonly questions: ClientQuestions,
    @Inject(RequestStates) private readonly states: RequestStates,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  /** The result as the client gets it: every question decided, the child's state sealed, the rest redacted. */
  async forClient(request: McpRequest, parent: Decision, result: JsonObject): Promise<JsonObject | NotAsked> {
    const decided = await this.#decideAll(request, parent, result);
    if ('refused' in decided) return decided;
    const inputRequests: Record<string, JsonValue> = {};
    for (const { key, question } of decided.questions) {
      await this.questions.handedOver(question);
      inputRequests[key] = asRequest(question);
    }
    const { requestState: state, inputRequests: _asked, ...rest } = result;
    return {
      ...(this.scanner.redact(rest).value as JsonObject),
      ...(decided.questions.length > 0 ? { inputRequests } : {}),
      ...(typeof state === 'string' ? { requestState: this.states.seal({ child: state }, request) } : {}),
    };
  }

  /** What the client of an older revision answers to each of them; the members of the retry that the child expects. */
  async askClient(request: McpRequest, parent: Decision, result: JsonObject): Promise<JsonObject | NotAsked> {
    const decided = await this.#decideAll(request, parent, result);
    if ('refused' in decided) return decided;
    const { ask } = request;
    if (ask === undefined) return { refused: 'its client cannot be asked' };
    const answers = await Promise.all(
      decided.questions.map(async ({ key, question }) => ({
        key,
        answer: await this.questions.answered(
          question,
          await ask(question.method, question.params, request.signal),
        ),
      })),
    );
    const inputResponses: Record<string, JsonValue> = {};
    for (const { key, answer } of answers) if ('result' in answer) inputResponses[key] = answer.result;
    if (Object.keys(inputResponses).length < answers.length) return { refused: 'its client gave no answer' };
    const state = result.requestState;
    return {
      ...(answers.length > 0 ? { inputResponses } : {}),
      ...(typeof state === 'string' ? { requestState: state } : {}),
    };
  }

  async #decideAll(
    request: McpRequest,
    parent: Decision,
    result: JsonObject,
  ): Promise<{ readonly questions: readonly { key: string; question: AllowedQuestion }[] } | NotAsked> {
    const asked = questionsIn(result);
    const state = result.requestState;
    // The client gives the keys back as they are, so they cannot be redacted.
    if (
      asked === undefined ||
      this.scanner.scan(asked.map(({ key }) => key)).findings.length > 0 ||
      (typeof state === 'string' && state.length > MAX_STATE_CHARACTERS)
    ) {
      return { refused: 'it asks its client for what is no question' };
    }
    const questions: { key: string; question: AllowedQuestion }[] = [];
    for (const { key, method, params } of asked) {
      const question = await this.questions.decide(request, parent, { method, params });
      if ('refused' in question) return { refused: 'it asks its client for what is not allowed here' };
      questions.push({ key, question });
    }
    return { questions };
  }
}

export function asRequest({ method, params }: Pick<Asked, 'method' | 'params'>): JsonObject {
  return params === undefined ? { method } : { method, params };
}
