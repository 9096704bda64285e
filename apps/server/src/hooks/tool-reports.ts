import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import {
  contextOf,
  type Decision,
  OpenCallHistory,
  OpenCalls,
  PolicyDecisionPoint,
} from '@gatehouse/governance';
import { type CredentialOutcome, CredentialResolver } from '@gatehouse/identity';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { type HookAnswer, NO_OPINION, OUTPUT_WITHHELD, replacedOutput } from './hook-answer.ts';
import { toolCallOf } from './hook-door.ts';
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
  ) {}

  async take(request: HookRequest, event: HookEvent): Promise<HookAnswer> {
    const credential = await this.credentials.resolve(request.bearer, 'hooks');
    if (!credential.ok) return this.#unauthenticated(request, event, credential);
    const failed = event.name === 'PostToolUseFailure';
    const output: JsonValue | null = event.members.tool_response ?? null;
    const decision = await this.#decisionFor(credential, event);
    if (decision === null) {
      const recorded = await this.#bypassed(request, event, credential);
      return this.#answer(event, recorded ? ScannedValue.of(this.scanner, output) : null);
    }
    const completed = await this.pdp.complete(decision, {
      status: failed ? 'tool_error' : 'ok',
      output,
      error: failed ? (textMember(event.members, 'error') ?? 'the client reports a failure') : null,
      durationMs: durationOf(event.members),
      reportedBy: 'client',
    });
    return this.#answer(
      event,
      completed.recorded ? (completed.scanned ?? ScannedValue.of(this.scanner, null)) : null,
    );
  }

  /** The open decision of this session and tool use, if the input is the one that was decided. */
  async #decisionFor(
    credential: CredentialOutcome & { ok: true },
    event: HookEvent,
  ): Promise<Decision | null> {
    const taskId = textMember(event.members, 'tool_use_id');
    const call = toolCallOf(event.members);
    if (taskId === undefined || call === null) return null;
    const { principal } = credential;
    const open = this.openCalls.take(principal.sessionId, taskId);
    if (open !== undefined) return open.isFor(call.action, call.input) ? open.decision : null;
    return this.history.find(principal, taskId, call);
  }

  async #bypassed(request: HookRequest, event: HookEvent, credential: CredentialOutcome): Promise<boolean> {
    const { members } = event;
    if (!this.pdp.admitsEvent(credential, request.remoteAddress)) return true;
    try {
      await this.audit.record({
        event: 'hook.bypassed',
        context: contextOf(credential, {
          traceparent: request.traceparent,
          taskId: textMember(members, 'tool_use_id'),
          contextId: textMember(members, 'session_id'),
        }),
        action: textMember(members, 'tool_name') ?? 'unknown',
        decision: 'deny',
        policy: 'policy_denied',
        reason: 'A tool ran without an open decision for this session and this input.',
        input: ScannedValue.of(this.scanner, members.tool_input ?? null),
        claimed: claimsOf(members, request),
      });
      return true;
    } catch {
      return false;
    }
  }

  async #unauthenticated(
    request: HookRequest,
    event: HookEvent,
    credential: CredentialOutcome & { ok: false },
  ) {
    await this.pdp.reject({
      bearer: request.bearer,
      remoteAddress: request.remoteAddress,
      resource: 'hooks',
      action: 'POST /api/v1/hooks/govern',
      policy: 'token_invalid',
      reason: `A tool report came without a valid credential (${credential.problem}).`,
      correlation: { traceparent: request.traceparent, taskId: textMember(event.members, 'tool_use_id') },
      claimed: claimsOf(event.members, request),
    });
    return event.name === 'PostToolUse' ? replacedOutput(OUTPUT_WITHHELD) : NO_OPINION;
  }

  #answer(event: HookEvent, scanned: ScannedValue | null): HookAnswer {
    if (event.name !== 'PostToolUse') return NO_OPINION;
    if (scanned === null || scanned.exhausted) return replacedOutput(OUTPUT_WITHHELD);
    return scanned.findings.length === 0 ? NO_OPINION : replacedOutput(scanned.redacted);
  }
}

function durationOf(members: JsonObject): number {
  const { duration_ms: duration } = members;
  return typeof duration === 'number' && duration >= 0 ? duration : 0;
}
