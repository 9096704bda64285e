import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { OpenCallHistory } from './calls/open-call-history.ts';
import { OpenCalls } from './calls/open-calls.ts';
import { DecisionCounts } from './decision-counts.ts';
import { CallExplainer } from './explain/call-explainer.service.ts';
import { CallReview } from './explain/call-review.service.ts';
import { OwnSecretGuard } from './own-secrets/own-secret-guard.service.ts';
import { OwnSecretTries } from './own-secrets/own-secret-tries.service.ts';
import { LivePolicy } from './policy/live-policy.ts';
import { PolicyAdministration } from './policy/policy-administration.service.ts';
import { PolicyLedger } from './policy/policy-ledger.service.ts';
import { PolicyDecisionPoint } from './policy-decision-point.ts';
import { CallAdmission } from './rate-limits/call-admission.service.ts';
import { CallLeases } from './rate-limits/leases/call-leases.service.ts';
import { WrittenScripts } from './written/written-scripts.service.ts';

/** Relies on the global ConfigModule, DatabaseModule and AuditModule. */
@Module({
  imports: [IdentityModule],
  providers: [
    CallAdmission,
    CallExplainer,
    CallReview,
    CallLeases,
    DecisionCounts,
    LivePolicy,
    OpenCallHistory,
    OpenCalls,
    OwnSecretGuard,
    OwnSecretTries,
    PolicyAdministration,
    PolicyDecisionPoint,
    PolicyLedger,
    WrittenScripts,
  ],
  exports: [
    CallExplainer,
    CallReview,
    DecisionCounts,
    LivePolicy,
    OpenCallHistory,
    OpenCalls,
    PolicyAdministration,
    PolicyDecisionPoint,
  ],
})
export class GovernanceModule {}
