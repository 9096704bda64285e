import type { PolicyStatus } from '@gatehouse/governance';
import type { JsonObject } from '@gatehouse/kernel';

/** The status as the API shows it. */
export function policyView({
  mode,
  version,
  inForce,
  inStep,
  pending,
  elsewhere,
  problems,
}: PolicyStatus): JsonObject {
  return {
    mode,
    version,
    in_step: inStep,
    in_force:
      inForce === null
        ? null
        : {
            version: inForce.expired ? inForce.previousVersion : inForce.version,
            previous_version: inForce.previousVersion,
            kind: inForce.kind,
            since: inForce.at.toISOString(),
            user_id: inForce.userId,
            reason: inForce.reason,
            reverts_at: inForce.revertsAt?.toISOString() ?? null,
          },
    pending:
      pending === null
        ? null
        : {
            version: pending.version,
            previous_version: pending.previousVersion,
            files: [...pending.files],
            diff: pending.diff,
            approvals: pending.approvals.map(({ userId, at }) => ({ user_id: userId, at: at.toISOString() })),
          },
    elsewhere: elsewhere.map((one) => ({
      version: one.version,
      previous_version: one.previousVersion,
      files: [...one.files],
      seen_at: one.seenAt.toISOString(),
    })),
    problems: [...problems],
  };
}
