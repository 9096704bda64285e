import { type AuditEntry, systemContext } from '@gatehouse/audit';
import type { PolicyChange } from '@gatehouse/config';

const REASONS: Readonly<Record<PolicyChange['outcome'], string>> = {
  applied: 'The governance policy files changed; the new policy is in force.',
  restored: 'An earlier governance policy is in force again.',
  pending: 'The governance policy files changed; the change waits for an administrator.',
  refused: 'The governance policy files changed and are not valid; the policy in force stays.',
};

/** The row of what became of the policy files, with their hash and diff. `version` is what is in force after it. */
export function policyRow(change: PolicyChange, version: string): AuditEntry {
  return {
    event: 'policy.changed',
    context: systemContext(),
    action: 'services/governance',
    decision: change.outcome === 'refused' ? 'deny' : 'allow',
    policy: 'not_applicable',
    reason: REASONS[change.outcome],
    policyVersion: version,
    detail: {
      outcome: change.outcome,
      files: [...change.files],
      previousVersion: change.previousVersion,
      version: change.version,
      diff: change.diff,
      problems: change.problems.map(({ file, line, column, path, message }) => ({
        file,
        line,
        column,
        path,
        message,
      })),
    },
  };
}
