import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import type { CredentialOutcome, User } from '@gatehouse/identity';
import type { ClientId, JsonObject, RequestContext, SessionId } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { GovernedCall } from '../calls/governed-call.ts';
import type { CheckSubject } from '../checks/check.ts';
import { ORDERED_CHECKS } from '../checks/ordered-checks.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { CompiledPolicy } from '../policy/compiled-policy.ts';
import { LivePolicy } from '../policy/live-policy.ts';
import type { ExplainedCall, ExplainedCheck } from './explained-call.ts';

/** Says what each check sees of a call that nobody makes (threat T29: for those with `governance:explain`). */
@Injectable()
export class CallExplainer {
  constructor(
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  /** Counts against no budget and decides nothing; that it was asked is a row before anything is told. */
  async explain(
    question: { readonly call: GovernedCall; readonly user: User },
    actor: RequestContext,
    detail: JsonObject = {},
  ): Promise<ExplainedCall> {
    const { call, user } = question;
    const policy = this.policy.current();
    const scanned = ScannedValue.of(this.scanner, call.input);
    const credential = credentialOf(user);
    const budget = { limit: limitOf(policy, user), remaining: limitOf(policy, user), ...UNTOUCHED };
    const subject: CheckSubject = { credential, call, scanned, policy, budget };
    const { decision, policy: decidedBy, reason } = runChecks(ORDERED_CHECKS, subject);
    await this.audit.record({
      event: 'admin.governance_explained',
      context: actor,
      action: 'admin governance explain',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'An operator asked what would be decided of a call.',
      policyVersion: policy.version,
      input: scanned,
      detail: { ...detail, tool: call.action, as: user.id, answer: { decision, policy: decidedBy } },
    });
    return {
      decision,
      policy: decidedBy,
      reason,
      policyVersion: policy.version,
      checks: ORDERED_CHECKS.map((check) => explained(check.rule, subject)),
      findings: scanned.findings,
      destructive: destructiveOf(subject),
      expired: policy.secrets.expired().length,
    };
  }
}

const UNTOUCHED = { retryAfterMs: 0, granted: true, ceiling: 'session' } as const;

function limitOf({ rateLimits }: CompiledPolicy, { role }: User): number {
  return Math.floor(rateLimits.perMinute * rateLimits.multipliers[role]);
}

function credentialOf(user: User): CredentialOutcome {
  if (user.status !== 'active') return { ok: false, problem: 'user_inactive' };
  return {
    ok: true,
    principal: {
      kind: 'access_token',
      userId: user.id,
      sessionId: 'none' as SessionId,
      rootSessionId: 'none' as SessionId,
      clientId: 'none' as ClientId,
      role: user.role,
      department: user.department,
      agentId: null,
      agents: [],
      scopes: null,
      audience: 'api',
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      hook: null,
    },
  };
}

/** Each check alone: the first that fails hides what the rest would have said. */
function explained(rule: string, subject: CheckSubject): ExplainedCheck {
  const check = ORDERED_CHECKS.filter((one) => one.rule === rule);
  const [outcome] = runChecks(check, subject).rules;
  const { result, detail } = outcome!;
  if (rule === 'rate_limit') {
    const shown = `${subject.budget?.limit} calls a minute for each session; this asks nothing of it`;
    return { rule, result: 'skip', detail: shown, line: 'rate-limits.yaml tool_calls' };
  }
  return { rule, result, detail, line: lineOf(rule, subject) };
}

function lineOf(rule: string, subject: CheckSubject): string | null {
  const { credential, call, scanned, policy } = subject;
  if (!credential.ok) return null;
  if (rule === 'scope') return `roles.yaml roles.${credential.principal.role}`;
  if (rule === 'secrets' && scanned.findings.length > 0) {
    const caller = { action: call.action, role: credential.principal.role };
    return `secrets.yaml ${policy.secrets.judge(scanned.findings, caller).line}`;
  }
  if (rule !== 'blocklist') return null;
  const found = destructiveOf(subject);
  return found === null ? null : `blocklist.yaml categories.${found.category} (${found.line})`;
}

function destructiveOf({ credential, call, policy }: CheckSubject) {
  if (!credential.ok) return null;
  const { action, tool, server, input, cwd } = call;
  const { role } = credential.principal;
  return policy.blocklist({ action, tool, server, input, cwd, role, isAgent: false });
}
