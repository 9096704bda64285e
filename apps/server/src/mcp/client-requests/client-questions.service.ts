import { callSpanId, SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { type Decision, PolicyDecisionPoint, shownReason } from '@gatehouse/governance';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { ClientAnswer, ClientRequest } from '@gatehouse/mcp-spawner';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { claimsOf } from '../mcp-caller.ts';
import { actionOf } from '../methods/governed-method.ts';
import type { McpRequest } from '../methods/mcp-request.ts';
import { isAskable } from '../methods/method-table.ts';
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND } from '../wire/json-rpc.ts';
import { allowedRoots } from './allowed-roots.ts';
import { checkClientRequest } from './check-client-request.ts';
import { offeredClientCapabilities } from './client-request-kinds.ts';
import { UrlElicitations } from './url-elicitations.service.ts';

/** A question that may be put to the client; credentials that the policy accepts are redacted in it all the same. */
export interface AllowedQuestion {
  readonly method: string;
  readonly params: JsonObject | undefined;
  readonly decision: Decision;
  readonly askedAt: number;
}

/**
 * What a child asks of its client in the middle of a call: decided like a call, in the name of the caller whose call
 * is open and under that call's trace, with a row before and a row after (threat T15).
 */
@Injectable()
export class ClientQuestions {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(UrlElicitations) private readonly urls: UrlElicitations,
  ) {}

  /** The question, or the error that the child gets instead of an answer. */
  async decide(
    request: McpRequest,
    parent: Decision,
    asked: Pick<ClientRequest, 'method' | 'params'>,
  ): Promise<AllowedQuestion | { readonly refused: JsonObject }> {
    const { server, caller, clientInfo } = request;
    if (!isAskable(asked.method)) {
      return { refused: { code: METHOD_NOT_FOUND, message: 'this client takes no such request' } };
    }
    // Clients are offered no tasks here, nor are servers told that there are any.
    const { task: _task, ...params } = asked.params ?? {};
    const { traceId, taskId, contextId } = parent.context;
    const offered = offeredClientCapabilities(server, request.clientCapabilities);
    const decision = await this.pdp.decide({
      bearer: caller.bearer,
      remoteAddress: caller.remoteAddress,
      resource: `mcp/${server.name}`,
      call: {
        action: actionOf(server.name, asked.method),
        tool: asked.method,
        server: server.name,
        input: params,
        cwd: null,
      },
      // A child of the call's span, under the id that the tool's process was told.
      correlation: { traceparent: `00-${traceId}-${callSpanId(traceId, taskId)}-01`, taskId, contextId },
      claimed: claimsOf(caller.userAgent, clientInfo),
      checks: [checkClientRequest(server, offered, { method: asked.method, params })],
    });
    if (decision.decision === 'deny') {
      return { refused: { code: INVALID_REQUEST, message: shownReason(decision) } };
    }
    const redacted = this.scanner.redact(params).value;
    return {
      method: asked.method,
      ...(asked.params === undefined
        ? { params: undefined }
        : { params: isJsonObject(redacted) ? redacted : {} }),
      decision,
      askedAt: performance.now(),
    };
  }

  /** Asks the client of an open connection, and records its answer. */
  async ask(request: McpRequest, parent: Decision, asked: ClientRequest): Promise<ClientAnswer> {
    const question = await this.decide(request, parent, asked);
    if ('refused' in question) return { error: question.refused };
    if (request.ask === undefined) return this.answered(question, NOBODY_THERE);
    if (question.params?.mode === 'url') this.urls.asked(request, question.params);
    return this.answered(question, await request.ask(question.method, question.params, asked.signal));
  }

  /** Records what the client answered, and returns it as the child gets it: credentials redacted. */
  async answered(question: AllowedQuestion, answer: ClientAnswer): Promise<ClientAnswer> {
    const isResult = 'result' in answer;
    const given = isResult ? this.#given(question, answer.result) : null;
    const { output } = await this.pdp.complete(question.decision, {
      status: isResult ? 'ok' : 'not_executed',
      output: given?.answer ?? null,
      error: given === null ? 'the client gave no answer' : given.problem,
      durationMs: performance.now() - question.askedAt,
      reportedBy: 'client',
    });
    if (!isResult) return { error: { code: codeOf(answer.error), message: 'the client gave no answer' } };
    return isJsonObject(output) ? { result: output } : WITHHELD;
  }

  /** What of an answer the child may have, and what was left out. */
  #given(
    { method }: AllowedQuestion,
    answer: JsonObject,
  ): { readonly answer: JsonObject; readonly problem: string | null } {
    if (method !== 'roots/list') return { answer, problem: null };
    const { answer: allowed, leftOut } = allowedRoots(answer, this.configuration.installation);
    const problem = `${leftOut} of its folders were left out: they hold what governs the server`;
    return { answer: allowed, problem: leftOut === 0 ? null : problem };
  }

  /** Records that the question travels to the client in a result; its answer comes as a call of its own. */
  async handedOver(question: AllowedQuestion): Promise<void> {
    await this.pdp.complete(question.decision, {
      status: 'input_required',
      output: null,
      error: null,
      durationMs: performance.now() - question.askedAt,
      reportedBy: 'gatehouse',
    });
  }
}

const NOBODY_THERE: ClientAnswer = { error: { code: INVALID_REQUEST, message: 'there is nobody to ask' } };
const WITHHELD: ClientAnswer = {
  error: { code: INTERNAL_ERROR, message: 'the answer could not be recorded' },
};

function codeOf({ code }: JsonObject): JsonValue {
  return typeof code === 'number' && Number.isInteger(code) ? code : INTERNAL_ERROR;
}
