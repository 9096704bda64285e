import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import {
  CallReview,
  contextOf,
  type Decision,
  OpenCallHistory,
  OpenCalls,
  PolicyDecisionPoint,
  type ReviewedCall,
} from '@gatehouse/governance';
import { type CredentialOutcome, CredentialResolver } from '@gatehouse/identity';
import { type JsonObject, type JsonValue, systemClock } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { type HookAnswer, NO_OPINION, OUTPUT_WITHHELD, replacedOutput } from './hook-answer.ts';
import { type NoteRow, toolCallOf } from './hook-door.ts';
import { claimsOf, type HookEvent, textMember } from './hook-event.ts';
import type { HookRequest } from './hook-request.ts';

/**
 * What a client reports after a tool ran: the second row of the call, and its output with credentials redacted. A
 * report without an open decision of the same session, or for another input, raises `hook.bypassed`.
 */
@Injectable()
export class ToolReports {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(OpenCalls) private readonly openCalls: OpenCalls,
    @Inject(OpenCallHistory) private readonly history: OpenCallHistory,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(CallReview) private readonly reviews: CallReview,
  ) {}

  async take(request: HookRequest, event: HookEvent, note: NoteRow): Promise<HookAnswer> {
    const credential = await this.credentials.resolve(request.bearer, 'hooks', request.remoteAddress);
    if (!credential.ok) return this.#unauthenticated(request, event, credential, note);
    const failed = event.name === 'PostToolUseFailure';
    const output: JsonValue | null = event.members.tool_response ?? null;
    const decision = await this.#decisionFor(credential, event);
    if (decision === null || decision === 'changed') {
      const recorded = await this.#bypassed(request, event, credential, decision === 'changed', note);
      return this.#answer(event, recorded ? ScannedValue.of(this.scanner, output) : null);
    }
    const completed = await this.pdp.complete(decision, {
      status: failed ? 'tool_error' : 'ok',
      output,
      error: failed ? (textMember(event.members, 'error') ?? 'the client reports a failure') : null,
      durationMs: durationOf(event.members),
      reportedBy: 'client',
    });
    note(completed);
    return this.#answer(
      event,
      completed.recorded ? (completed.scanned ?? ScannedValue.of(this.scanner, null)) : null,
    );
  }

  /** The open decision of this session and tool use; `changed` where its input is not the one that was decided. */
  async #decisionFor(
    credential: CredentialOutcome & { ok: true },
    event: HookEvent,
  ): Promise<Decision | 'changed' | null> {
    const taskId = textMember(event.members, 'tool_use_id');
    const call = toolCallOf(event.members);
    if (taskId === undefined || call === null) return null;
    const { principal } = credential;
    const open = this.openCalls.take(principal, taskId, call, systemClock.now());
    return open ?? this.history.find(principal, taskId, call);
  }

  /** Recorded with what would have been decided of it, and raised. */
  async #bypassed(
    request: HookRequest,
    event: HookEvent,
    credential: CredentialOutcome & { ok: true },
    changed: boolean,
    note: NoteRow,
  ): Promise<boolean> {
    const { members } = event;
    if (!this.pdp.admitsEvent(credential, request.remoteAddress)) return true;
    const call = toolCallOf(members);
    const review = call === null ? null : this.reviews.review(call, credential);
    try {
      const { id, seal } = await this.audit.record({
        event: 'hook.bypassed',
        context: contextOf(credential, {
          traceparent: request.traceparent,
          taskId: textMember(members, 'tool_use_id'),
          contextId: textMember(members, 'session_id'),
        }),
        action: textMember(members, 'tool_name') ?? 'unknown',
        decision: 'deny',
        policy: 'policy_denied',
        reason: bypassReason(changed, review),
        ...(review === null ? {} : { rules: review.verdict.rules, policyVersion: review.policyVersion }),
        input: ScannedValue.of(this.scanner, members.tool_input ?? null),
        claimed: claimsOf(members, request),
      });
      note({ rowId: id, ...(seal === undefined ? {} : { seal }) });
      return true;
    } catch {
      return false;
    }
  }

  async #unauthenticated(
    request: HookRequest,
    event: HookEvent,
    credential: CredentialOutcome & { ok: false },
    note: NoteRow,
  ) {
    const rejected = await this.pdp.reject({
      bearer: request.bearer,
      remoteAddress: request.remoteAddress,
      resource: 'hooks',
      action: 'POST /api/v1/hooks/govern',
      policy: 'token_invalid',
      reason: `A tool report came without a valid credential (${credential.problem}).`,
      correlation: { traceparent: request.traceparent, taskId: textMember(event.members, 'tool_use_id') },
      claimed: claimsOf(event.members, request),
    });
    note(rejected);
    return event.name === 'PostToolUse' ? replacedOutput(OUTPUT_WITHHELD) : NO_OPINION;
  }

  #answer(event: HookEvent, scanned: ScannedValue | null): HookAnswer {
    if (event.name !== 'PostToolUse') return NO_OPINION;
    if (scanned === null || scanned.exhausted) return replacedOutput(OUTPUT_WITHHELD);
    return scanned.findings.length === 0 ? NO_OPINION : replacedOutput(scanned.redacted);
  }
}

function bypassReason(changed: boolean, review: ReviewedCall | null): string {
  const what = changed
    ? 'A tool ran with another input than the one that was decided.'
    : 'A tool ran without an open decision for this session and this input.';
  if (review === null || review.verdict.decision === 'allow') return what;
  return `${what} It would have been denied (${review.verdict.policy}).`;
}

function durationOf(members: JsonObject): number {
  const { duration_ms: duration } = members;
  return typeof duration === 'number' && duration >= 0 ? duration : 0;
}
