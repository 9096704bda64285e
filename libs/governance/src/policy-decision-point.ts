import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import { type CredentialOutcome, CredentialResolver } from '@gatehouse/identity';
import type { JsonValue, RequestContext } from '@gatehouse/kernel';
import type { Finding, Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { CallTurns } from './calls/call-turns.ts';
import { contextOf, replacedIds } from './calls/context-of.ts';
import type {
  CallOutcome,
  CompletedCall,
  Decision,
  DecisionRequest,
  RecordedRejection,
  Rejection,
} from './calls/decision.ts';
import { committedRow, recordRow } from './calls/record-row.ts';
import { type Judgement, UNJUDGED } from './checks/judgement.ts';
import { ORDERED_CHECKS } from './checks/ordered-checks.ts';
import { runChecks } from './checks/run-checks.ts';
import { summarisedVerdict } from './checks/summarised-verdict.ts';
import { unrecorded } from './checks/unrecorded-verdict.ts';
import { DecisionCounts } from './decision-counts.ts';
import { OwnSecretGuard } from './own-secrets/own-secret-guard.service.ts';
import { LivePolicy } from './policy/live-policy.ts';
import { type Admission, CallAdmission } from './rate-limits/call-admission.service.ts';
import { WrittenScripts } from './written/written-scripts.service.ts';

/**
 * The one place where calls are decided, whichever door they came through. A decision is an allow only when its row
 * is committed; nothing here throws, and whatever goes wrong is a deny.
 */
@Injectable()
export class PolicyDecisionPoint {
  readonly #turns = new CallTurns();

  constructor(
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(DecisionCounts) private readonly counts: DecisionCounts,
    @Inject(CallAdmission) private readonly admission: CallAdmission,
    @Inject(OwnSecretGuard) private readonly ownSecrets: OwnSecretGuard,
    @Inject(WrittenScripts) private readonly scripts: WrittenScripts,
  ) {}

  /** Resolves the credential and its budget (the steps that may wait), runs the checks on data, and records before it answers. */
  async decide(request: DecisionRequest): Promise<Decision> {
    this.audit.accounting.enter();
    try {
      return await this.#decide(request);
    } finally {
      this.audit.accounting.leave();
    }
  }

  async #decide(request: DecisionRequest): Promise<Decision> {
    const turn = this.#turns.enter();
    if (turn !== undefined) await turn;
    // Most answers are in memory: waiting for what is there already is a good part of what deciding costs.
    const resolved = this.#resolve(request);
    const credential = resolved instanceof Promise ? await resolved : resolved;
    const context = contextOf(credential, request.correlation);
    const admitted = this.#admit(credential, request.remoteAddress);
    const admission = admitted instanceof Promise ? await admitted : admitted;
    const judged = this.#judge(request, credential, admission);
    const told = judged.written.length === 0 || (await this.scripts.tell(judged.written));
    const { verdict, policyVersion, scanned, budget } = told ? judged : UNJUDGED;
    if (admission !== null && admission.summarised !== null) {
      this.counts.add(verdict.decision, verdict.policy);
      return { ...decided(request, credential, context), ...verdict, policyVersion, rowId: null, budget };
    }
    const { receipt, code } = await recordRow(this.audit, {
      event: 'tool_call.decided',
      context,
      action: request.call.action,
      ...verdict,
      policyVersion,
      ...(scanned === null ? {} : { input: scanned }),
      claimed: { ...request.claimed, ...replacedIds(request.correlation) },
    });
    const outcome = receipt === null ? unrecorded(verdict, code) : verdict;
    this.counts.add(outcome.decision, outcome.policy);
    if (verdict.policy === 'own_secret' && credential.ok) this.ownSecrets.named(credential.principal);
    return {
      ...decided(request, credential, context),
      ...outcome,
      policyVersion,
      ...committedRow(receipt),
      commitment: receipt?.commitment ?? null,
      budget,
    };
  }

  /** Records what became of an allowed call, and returns its output with credentials redacted. */
  async complete(decision: Decision, outcome: CallOutcome): Promise<CompletedCall> {
    const scanned = outcome.output === null ? null : ScannedValue.of(this.scanner, outcome.output);
    const { receipt } = await recordRow(this.audit, {
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
    if (receipt === null) return { recorded: false, rowId: null, output: null, scanned: null };
    if (decision.principal !== null && outcome.output !== null) {
      await this.ownSecrets.compare(
        decision.principal,
        decision.context,
        decision.call.input,
        outcome.output,
      );
    }
    return {
      recorded: true,
      ...committedRow(receipt),
      output: scanned === null ? null : this.#shown(scanned),
      scanned,
    };
  }

  /** What the caller gets of a result: credentials redacted, but those that the policy accepts. */
  #shown(scanned: ScannedValue): JsonValue {
    const { secrets } = this.policy.current();
    const accepts = (finding: Finding) => secrets.acceptsAnywhere(finding);
    if (!scanned.findings.some(accepts)) return scanned.redacted;
    return this.scanner.redact(scanned.original, accepts).value;
  }

  /** Records a request that never became a call. Resolves whether or not the row could be written: it is a no anyway. */
  async reject(rejection: Rejection): Promise<RecordedRejection> {
    this.audit.accounting.enter();
    try {
      return await this.#reject(rejection);
    } finally {
      this.audit.accounting.leave();
    }
  }

  async #reject(rejection: Rejection): Promise<RecordedRejection> {
    const credential = await this.#resolve(rejection);
    const policy = this.policy.current();
    const admission = await this.#admit(credential, rejection.remoteAddress);
    if (admission !== null && admission.summarised !== null) {
      this.counts.add('deny', rejection.policy);
      return { rowId: null, recorded: true };
    }
    const { receipt } = await recordRow(this.audit, {
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
    return { ...committedRow(receipt), recorded: receipt !== null };
  }

  /**
   * Whether what a client tells of itself may be a row of its own now; what may not is counted, and its sender told
   * nothing.
   */
  admitsEvent(credential: CredentialOutcome, remoteAddress: string): boolean {
    return this.admission.admitEvent(credential, this.policy.current().rateLimits, remoteAddress);
  }

  /** Whether callers without a valid credential flood us from this network: they may be made to wait. */
  isFlooded(remoteAddress: string): boolean {
    return this.admission.isFlooded(remoteAddress);
  }

  /** Notes that such a caller was refused something that is no call. */
  refusedUnrecorded(remoteAddress: string): void {
    this.admission.refusedUnrecorded(remoteAddress);
  }

  /** Counts a call that was denied unread, since too many callers without a valid credential waited. */
  turnAway(): void {
    this.admission.turnAway();
    this.counts.add('deny', 'token_invalid');
  }

  /** Null when it cannot be said which policy is in force, or what the caller may use: then nothing. */
  #admit(credential: CredentialOutcome, remoteAddress: string): Admission | null | Promise<Admission | null> {
    try {
      const asked = this.#askIfSilent();
      const admission =
        asked === undefined
          ? this.#admission(credential, remoteAddress)
          : asked.then(() => this.#admission(credential, remoteAddress));
      return admission instanceof Promise
        ? admission.then((late) => this.#counted(late)).catch(() => null)
        : this.#counted(admission);
    } catch {
      return null;
    }
  }

  #askIfSilent(): Promise<unknown> | undefined {
    const policy = this.policy.askIfSilent();
    return policy === undefined
      ? undefined
      : Promise.all([policy, this.scripts.askIfSilent(), this.ownSecrets.askIfSilent()]);
  }

  #admission(credential: CredentialOutcome, remoteAddress: string): Admission | Promise<Admission> {
    return this.admission.admit(credential, this.policy.current().rateLimits, remoteAddress);
  }

  #counted(admission: Admission): Admission {
    if (admission.summarised !== null) this.audit.accounting.summarisedInside();
    return admission;
  }

  #judge(
    { call, checks }: DecisionRequest,
    credential: CredentialOutcome,
    admission: Admission | null,
  ): Judgement {
    if (admission === null) return UNJUDGED;
    try {
      const policy = this.policy.current();
      const { budget, summarised } = admission;
      if (summarised !== null) {
        const scanned = ScannedValue.of(this.scanner, null);
        const verdict = summarisedVerdict(summarised, { credential, call, scanned, policy, budget });
        return { verdict, policyVersion: policy.version, scanned: null, budget, written: [] };
      }
      const scanned = ScannedValue.of(this.scanner, call.input);
      const scripts = credential.ok ? this.scripts.of(credential.principal.rootSessionId) : null;
      const verdict = runChecks(checks === undefined ? ORDERED_CHECKS : [...ORDERED_CHECKS, ...checks], {
        credential,
        call,
        scanned,
        policy,
        budget,
        ...(scripts === null ? {} : { scripts: scripts.memory }),
        isLocked: credential.ok && this.ownSecrets.isLocked(credential.principal),
      });
      const written = scripts?.written ?? [];
      return { verdict, policyVersion: policy.version, scanned, budget, written };
    } catch {
      // What was thrown may quote the call, so nothing of it goes further.
      return UNJUDGED;
    }
  }

  #resolve({ bearer, resource, remoteAddress }: Presented): CredentialOutcome | Promise<CredentialOutcome> {
    try {
      const outcome = this.credentials.resolve(bearer, resource, remoteAddress);
      return outcome instanceof Promise ? outcome.catch(() => UNVERIFIABLE) : outcome;
    } catch {
      return UNVERIFIABLE;
    }
  }
}

type Presented = Pick<DecisionRequest, 'bearer' | 'resource' | 'remoteAddress'>;

/** What a decision says of its request, whatever it decides. */
function decided({ call }: DecisionRequest, credential: CredentialOutcome, context: RequestContext) {
  return {
    context,
    call,
    principal: credential.ok ? credential.principal : null,
    credentialProblem: credential.ok ? null : credential.problem,
    commitment: null,
  };
}

const UNVERIFIABLE: CredentialOutcome = { ok: false, problem: 'unverifiable' };
