import type { CommittedRow } from '@gatehouse/audit';
import { clientToolCall, type GovernedCall, OpenCalls, PolicyDecisionPoint } from '@gatehouse/governance';
import { type JsonObject, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { bodyProblemSentence } from '../http/body-invalid.ts';
import { checkClient } from './check-client.ts';
import { ClientEvents } from './client-events.ts';
import { CredentialWatch } from './credential-watch.ts';
import {
  denial,
  type HookAnswer,
  NO_OPINION,
  OUTPUT_WITHHELD,
  preToolUseAnswer,
  replacedOutput,
} from './hook-answer.ts';
import { claimsOf, type HookBody, type HookEvent, readHookBody, textMember } from './hook-event.ts';
import type { HookRequest } from './hook-request.ts';
import { ToolReports } from './tool-reports.ts';

/** Bodies over this are refused unless they report a tool's output. */
export const GOVERN_BYTES = 1024 * 1024;
export const REPORT_BYTES = 16 * 1024 * 1024;

const ROUTE = 'POST /api/v1/hooks/govern';

/** Told of each row that was committed for the request: its answer carries the receipt. */
export type NoteRow = (row: CommittedRow) => void;

const ignore: NoteRow = () => undefined;

/** The hook door: decides PreToolUse, takes the reports that follow, and never fails open. */
@Injectable()
export class HookDoor {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(OpenCalls) private readonly openCalls: OpenCalls,
    @Inject(ToolReports) private readonly reports: ToolReports,
    @Inject(ClientEvents) private readonly events: ClientEvents,
    @Inject(CredentialWatch) private readonly watch: CredentialWatch,
  ) {}

  /** Always an answer: the client takes anything but 200 as a hook that failed, and goes on. */
  async govern(request: HookRequest, note: NoteRow = ignore): Promise<HookAnswer> {
    const body = readHookBody(request.body);
    if (!body.ok) return this.refuse(request, unreadable(body), null, note);
    const { event } = body;
    if (request.body.length > GOVERN_BYTES && event.name !== 'PostToolUse') {
      return this.refuse(request, 'The body is larger than 1 MiB.', event, note);
    }
    const seen = this.watch.see(request, event);
    if (seen !== undefined) await seen;
    if (event.name === 'PreToolUse') return this.#decide(request, event, note);
    if (event.name === 'PostToolUse' || event.name === 'PostToolUseFailure')
      return this.reports.take(request, event, note);
    await this.events.record(request, event, note);
    return NO_OPINION;
  }

  /** A body that cannot be judged: on record, and denied in the form that its event can be denied in. */
  async refuse(
    request: Omit<HookRequest, 'body'>,
    reason: string,
    event: HookEvent | null,
    note: NoteRow = ignore,
  ): Promise<HookAnswer> {
    const rejected = await this.pdp.reject({
      bearer: request.bearer,
      remoteAddress: request.remoteAddress,
      resource: 'hooks',
      action: ROUTE,
      policy: 'input_invalid',
      reason,
      correlation: { traceparent: request.traceparent },
      claimed: claimsOf(event === null ? {} : event.members, request),
    });
    note(rejected);
    if (event?.name === 'PostToolUse') return replacedOutput(OUTPUT_WITHHELD);
    if (event !== null && event.name !== 'PreToolUse') return NO_OPINION;
    return denial(`[GOVERNANCE] ${reason} (${rejected.recorded ? 'input_invalid' : 'audit_unavailable'})`);
  }

  async #decide(request: HookRequest, event: HookEvent, note: NoteRow): Promise<HookAnswer> {
    const call = toolCallOf(event.members);
    if (call === null) return this.refuse(request, 'The hook names no tool.', event, note);
    const decision = await this.pdp.decide({
      bearer: request.bearer,
      remoteAddress: request.remoteAddress,
      resource: 'hooks',
      call,
      correlation: {
        traceparent: request.traceparent,
        taskId: textMember(event.members, 'tool_use_id'),
        contextId: textMember(event.members, 'session_id'),
      },
      claimed: claimsOf(event.members, request),
      ...(request.credentialId === undefined ? {} : { checks: [checkClient(request.client)] }),
    });
    if (decision.decision === 'allow') this.openCalls.add(decision, request.body.length, systemClock.now());
    note(decision);
    return preToolUseAnswer(decision, request.onAllow);
  }
}

export function toolCallOf(members: JsonObject): GovernedCall | null {
  const action = textMember(members, 'tool_name');
  if (action === undefined || action === '') return null;
  return clientToolCall(action, members.tool_input ?? {}, textMember(members, 'cwd') ?? null);
}

function unreadable(body: HookBody & { ok: false }): string {
  return body.problem === 'not_a_hook' ? 'The body is no hook event.' : bodyProblemSentence(body.problem);
}
