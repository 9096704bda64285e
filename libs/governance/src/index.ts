export { type AccessVerdict, ToolAccess } from './access/tool-access.ts';
export { clientToolCall } from './calls/client-tool-call.ts';
export { contextOf, traceIdOf } from './calls/context-of.ts';
export {
  type CallOutcome,
  type CompletedCall,
  type Decision,
  type DecisionRequest,
  type RecordedRejection,
  type Rejection,
  shownReason,
} from './calls/decision.ts';
export type { Correlation, GovernedCall } from './calls/governed-call.ts';
export { OpenCallHistory } from './calls/open-call-history.ts';

export { OpenCalls } from './calls/open-calls.ts';
export { type Check, type CheckVerdict, fail, pass } from './checks/check.ts';
export { ORDERED_CHECKS } from './checks/ordered-checks.ts';
export { runChecks, type Verdict } from './checks/run-checks.ts';
export { type DecisionCount, DecisionCounts } from './decision-counts.ts';
export { CallExplainer } from './explain/call-explainer.service.ts';
export { CallReview, type ReviewedCall } from './explain/call-review.service.ts';
export type { ExplainedCall, ExplainedCheck } from './explain/explained-call.ts';
export { GovernanceModule } from './governance.module.ts';
export type { AppliedPolicy, PolicyKind } from './policy/applied-policy.ts';
export { type CompiledPolicy, compilePolicy } from './policy/compiled-policy.ts';
export { LivePolicy } from './policy/live-policy.ts';
export { PolicyAdministration } from './policy/policy-administration.service.ts';
export type { PolicyStatus } from './policy/policy-status.ts';
export { PolicyDecisionPoint } from './policy-decision-point.ts';
export type { BudgetState } from './rate-limits/budget.ts';
export { RowAllowance } from './rate-limits/row-allowance.ts';
