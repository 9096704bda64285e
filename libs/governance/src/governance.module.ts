import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { OpenCallHistory } from './calls/open-call-history.ts';
import { OpenCalls } from './calls/open-calls.ts';
import { DecisionCounts } from './decision-counts.ts';
import { LivePolicy } from './policy/live-policy.ts';
import { PolicyDecisionPoint } from './policy-decision-point.ts';

/** Relies on the global ConfigModule and AuditModule. */
@Module({
  imports: [IdentityModule],
  providers: [DecisionCounts, LivePolicy, OpenCallHistory, OpenCalls, PolicyDecisionPoint],
  exports: [DecisionCounts, LivePolicy, OpenCallHistory, OpenCalls, PolicyDecisionPoint],
})
export class GovernanceModule {}
