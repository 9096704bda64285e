import { hash } from 'node:crypto';
import type { Policy, RuleOutcome } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/identity';
import { canonicalJson, type JsonValue, RequestContext, type RequestContextFields } from '@gatehouse/kernel';
import type { Decision } from './decision.ts';
import type { GovernedCall } from './governed-call.ts';

/** An allowed call, as JSON: what its second row repeats, and by what its input is known again. */
interface KeptCall {
  readonly context: RequestContextFields;
  readonly action: string;
  readonly decision: Decision['decision'];
  readonly policy: Policy;
  readonly reason: string;
  readonly rules: readonly RuleOutcome[];
  readonly policyVersion: string;
  readonly rowId: string | null;
  readonly commitment: string | null;
  readonly input: JsonValue;
  /** SHA-256 of the canonical input, in place of the input; null where that is kept itself. */
  readonly inputHash: string | null;
}

/** `byHash`: without the input, however large it is. */
export function keptText(decision: Decision, byHash: boolean): string {
  const { call, context, policy, reason, rules, policyVersion, rowId, commitment } = decision;
  const kept: KeptCall = {
    context,
    action: call.action,
    decision: decision.decision,
    policy,
    reason,
    rules,
    policyVersion,
    rowId,
    commitment,
    input: byHash ? null : call.input,
    inputHash: byHash ? hash('sha256', canonicalJson(call.input)) : null,
  };
  return JSON.stringify(kept);
}

/** The decision again, for its session's `principal`; `changed` where `call` is not what was decided upon. */
export function readKept(text: string, principal: Principal, call: GovernedCall): Decision | 'changed' {
  const kept = JSON.parse(text) as KeptCall;
  if (call.action !== kept.action || !isSame(kept, call.input)) return 'changed';
  return {
    decision: kept.decision,
    policy: kept.policy,
    reason: kept.reason,
    rules: kept.rules,
    policyVersion: kept.policyVersion,
    context: RequestContext.of(kept.context),
    principal,
    credentialProblem: null,
    call,
    rowId: kept.rowId,
    commitment: kept.commitment,
    budget: null,
  };
}

function isSame({ input, inputHash }: KeptCall, reported: JsonValue): boolean {
  const text = canonicalJson(reported);
  return inputHash === null ? text === canonicalJson(input) : hash('sha256', text) === inputHash;
}
