import { AuditLog, type AuditReceipt, SCANNER, ScannedValue } from '@gatehouse/audit';
import { type CredentialOutcome, CredentialResolver, type Resource } from '@gatehouse/identity';
import { AppError, systemClock } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { contextOf, replacedIds } from './calls/context-of.ts';
import type { CallOutcome, CompletedCall, Decision, DecisionRequest, Rejection } from './calls/decision.ts';
import { ORDERED_CHECKS } from './checks/ordered-checks.ts';
import { runChecks, type Verdict } from './checks/run-checks.ts';
import { DecisionCounts } from './decision-counts.ts';
import { LivePolicy } from './policy/live-policy.ts';
import type { BudgetState } from './rate-limits/budget.ts';
import { CallBudgets } from './rate-limits/call-budgets.ts';

/**
 * The one place where calls are decided, whichever door they came through. A decision is an allow only when its row
 * is committed; nothing here throws, and whatever goes wrong is a deny.
 */
@Injectable()
export class PolicyDecisionPoint {
  readonly #budgets = new CallBudgets();

  constructor(
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(DecisionCounts) private readonly counts: DecisionCounts,
  ) {}

  /** Resolves the credential (the one step that may wait), runs the checks on data, and records before it answers. */
  async decide(request: DecisionRequest): Promise<Decision> {
    const credential = await this.#resolve(request.bearer, request.resource);
    const context = contextOf(credential, request.correlation);
    const { verdict, policyVersion, scanned, budget } = this.#judge(request, credential);
    const written = await this.#write({
      event: 'tool_call.decided',
      context,
      action: request.call.action,
      ...verdict,
      policyVersion,
      ...(scanned === null ? {} : { input: scanned }),
      claimed: { ...request.claimed, ...replacedIds(request.correlation) },
    });
    const outcome = written.receipt === null ? unrecorded(verdict, written.code) : verdict;
    this.counts.add(outcome.decision, outcome.policy);
    return {
      ...outcome,
      policyVersion,
      context,
      principal: credential.ok ? credential.principal : null,
      credentialProblem: credential.ok ? null : credential.problem,
      call: request.call,
      rowId: written.receipt?.id ?? null,
      commitment: written.receipt?.commitment ?? null,
      budget,
    };
  }

  /** Records what became of an allowed call, and returns its output with credentials redacted. */
  async complete(decision: Decision, outcome: CallOutcome): Promise<CompletedCall> {
    const scanned = outcome.output === null ? null : ScannedValue.of(this.scanner, outcome.output);
    const { receipt } = await this.#write({
      event: 'tool_call.completed',
      context: decision.context,
      action: decision.call.action,
      decision: decision.decision,
      policy: decision.policy,
      reason: decision.reason,
      rules: decision.rules,
      policyVersion: decision.policyVersion,
      inputCommitment: decision.commitment,
      result: {
        status: outcome.status,
        error: outcome.error,
        tokens: null,
        durationMs: Math.round(outcome.durationMs * 1000) / 1000,
        reportedBy: outcome.reportedBy,
        output: scanned,
      },
    });
    // What was not recorded is not shown: the row is the answer's condition here too.
    if (receipt === null) return { recorded: false, output: null, scanned: null };
    return { recorded: true, output: scanned?.redacted ?? null, scanned };
  }

  /** Records a request that never became a call. Resolves whether or not the row could be written: it is a no anyway. */
  async reject(rejection: Rejection): Promise<{ readonly rowId: string | null }> {
    const credential = await this.#resolve(rejection.bearer, rejection.resource);
    const policy = this.policy.current();
    if (credential.ok) this.#budgets.take(credential.principal, policy.rateLimits, systemClock.now());
    const { receipt } = await this.#write({
      event: 'request.rejected',
      context: contextOf(credential, rejection.correlation),
      action: rejection.action,
      decision: 'deny',
      policy: rejection.policy,
      reason: rejection.reason,
      policyVersion: policy.version,
      claimed: { ...rejection.claimed, ...replacedIds(rejection.correlation) },
    });
    this.counts.add('deny', receipt === null ? 'audit_unavailable' : rejection.policy);
    return { rowId: receipt?.id ?? null };
  }

  #judge({ call, checks }: DecisionRequest, credential: CredentialOutcome): Judgement {
    try {
      const policy = this.policy.current();
      const scanned = ScannedValue.of(this.scanner, call.input);
      const budget = credential.ok
        ? this.#budgets.take(credential.principal, policy.rateLimits, systemClock.now())
        : null;
      const verdict = runChecks(checks === undefined ? ORDERED_CHECKS : [...ORDERED_CHECKS, ...checks], {
        credential,
        call,
        scanned,
        policy,
        budget,
      });
      return { verdict, policyVersion: policy.version, scanned, budget };
    } catch {
      // What was thrown may quote the call, so nothing of it goes further.
      return UNJUDGED;
    }
  }

  async #resolve(bearer: string | undefined, resource: Resource): Promise<CredentialOutcome> {
    try {
      return await this.credentials.resolve(bearer, resource);
    } catch {
      return { ok: false, problem: 'unverifiable' };
    }
  }

  async #write(
    entry: Parameters<AuditLog['record']>[0],
  ): Promise<{ receipt: AuditReceipt | null; code: string }> {
    try {
      return { receipt: await this.audit.record(entry), code: '' };
    } catch (error) {
      return { receipt: null, code: error instanceof AppError ? error.code : 'unknown' };
    }
  }
}

interface Judgement {
  readonly verdict: Verdict;
  readonly policyVersion: string;
  readonly scanned: ScannedValue | null;
  readonly budget: BudgetState | null;
}

const UNJUDGED: Judgement = {
  verdict: {
    decision: 'deny',
    policy: 'internal_error',
    reason: 'The call could not be judged.',
    rules: [
      { rule: 'pipeline', result: 'fail', detail: 'failed before the checks were done', durationUs: 0 },
    ],
  },
  policyVersion: 'unknown',
  scanned: null,
  budget: null,
};

/** A decision without a row is a deny, whatever the checks said. */
function unrecorded(verdict: Verdict, code: string): Verdict {
  if (code === 'AUDIT_ROW_REFUSED') {
    return {
      ...verdict,
      decision: 'deny',
      policy: 'internal_error',
      reason: 'The call could not be recorded.',
    };
  }
  return {
    ...verdict,
    decision: 'deny',
    policy: 'audit_unavailable',
    reason: 'The audit log cannot be written now, so no call is allowed.',
  };
}
