import type { CallStatus, Policy, RuleOutcome, ScannedValue, SealReceipt } from '@gatehouse/audit';
import type { CredentialProblem, Principal, Resource } from '@gatehouse/identity';
import type { JsonObject, JsonValue, RequestContext } from '@gatehouse/kernel';
import type { Check } from '../checks/check.ts';
import type { BudgetState } from '../rate-limits/budget.ts';
import type { Correlation, GovernedCall } from './governed-call.ts';

/** What a door asks to be decided. */
export interface DecisionRequest {
  /** The raw bearer token of the request. */
  readonly bearer: string | undefined;
  /** What the token has to be good for. */
  readonly resource: Resource;
  readonly call: GovernedCall;
  readonly correlation: Correlation;
  /** The peer's address as the socket says it; forwarded headers are not believed. */
  readonly remoteAddress: string;
  /** What the client says of itself: recorded, never believed. */
  readonly claimed?: JsonObject;
  /** Checks of the door's own, after the five. */
  readonly checks?: readonly Check[];
}

/** A request that is refused before there is a call to decide: unreadable, too large, unauthenticated. */
export interface Rejection {
  readonly bearer: string | undefined;
  readonly resource: Resource;
  /** The route's template, such as `POST /api/v1/hooks/govern`. */
  readonly action: string;
  readonly policy: Policy;
  readonly reason: string;
  readonly correlation: Correlation;
  readonly remoteAddress: string;
  readonly claimed?: JsonObject;
}

/** What became of a rejection's record. */
export interface RecordedRejection {
  /** Its row; null where it is counted in a summary row instead, or where neither could be. */
  readonly rowId: string | null;
  /** The seal of that row. */
  readonly seal?: SealReceipt;
  /** Whether it is on record, as a row or counted. */
  readonly recorded: boolean;
}

export interface Decision {
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  /** One sentence without a client's or tool's value in it. */
  readonly reason: string;
  readonly rules: readonly RuleOutcome[];
  readonly policyVersion: string;
  readonly context: RequestContext;
  readonly principal: Principal | null;
  readonly credentialProblem: CredentialProblem | null;
  readonly call: GovernedCall;
  /** The committed row; null when it could not be written, or is counted in a summary row: a deny, both. */
  readonly rowId: string | null;
  readonly commitment: string | null;
  /** The seal of that row. */
  readonly seal?: SealReceipt;
  /** The caller's budget after this call; null without a valid token. */
  readonly budget: BudgetState | null;
}

/** What became of an allowed call. */
export interface CallOutcome {
  readonly status: CallStatus;
  readonly output: JsonValue | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly reportedBy: 'gatehouse' | 'client';
}

export interface CompletedCall {
  /** False when the completion could not be recorded: the output is then withheld. */
  readonly recorded: boolean;
  /** The committed row, and its seal. */
  readonly rowId: string | null;
  readonly seal?: SealReceipt;
  /** The output, credentials redacted; null when there was none or it is withheld. */
  readonly output: JsonValue | null;
  readonly scanned: ScannedValue | null;
}

/** The form in which a reason is shown to callers. */
export function shownReason(decision: Pick<Decision, 'reason' | 'policy'>): string {
  return `[GOVERNANCE] ${decision.reason} (${decision.policy})`;
}
