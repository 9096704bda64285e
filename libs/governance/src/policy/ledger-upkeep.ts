import { type AuditEntry, systemContext } from '@gatehouse/audit';
import type { FeedQuery } from '@gatehouse/database';
import type { PolicyLedger } from './policy-ledger.service.ts';

/** What production starts with where nothing was ever in force: on record, and from then on the ledger's. */
export async function recordFirst(ledger: PolicyLedger, version: string): Promise<void> {
  await ledger.record(async (_query, latest) =>
    latest === null
      ? {
          applied: { version, previousVersion: null, kind: 'first' },
          entry: row('The first governance policy of this installation is in force.', version, {
            outcome: 'first',
            version,
          }),
        }
      : null,
  );
  await ledger.refresh();
}

/**
 * Evaluation: the files of the only server are what is in force, also when they changed while it was down. `own`: how
 * many of the feeds that `query` sees are this server's.
 */
export async function announceFiles(
  ledger: PolicyLedger,
  version: string,
  query: FeedQuery,
  own: 0 | 1,
): Promise<void> {
  if (version === ledger.inForce() || (await ledger.others(query)) > own) return;
  await ledger.record(async (_query, latest) => {
    if (latest?.version === version) return null;
    const previousVersion = latest?.version ?? null;
    const reason = 'The governance policy files changed while no server ran; the new policy is in force.';
    const entry =
      previousVersion === null
        ? null
        : row(reason, version, { outcome: 'applied', previousVersion, version });
    return { applied: { version, previousVersion, kind: 'files' }, entry };
  });
}

/** Writes down that a break-glass is over; one of the processes comes first. */
export async function recordRevert(ledger: PolicyLedger, id: string): Promise<void> {
  await ledger.record(async (_query, latest) => {
    if (latest?.id !== id || latest.previousVersion === null) return null;
    const { version, previousVersion } = latest;
    return {
      applied: { version: previousVersion, previousVersion: version, kind: 'reverted', reverts: id },
      entry: row(
        'The time of a break-glass is over; the policy before it is in force again.',
        previousVersion,
        {
          outcome: 'reverted',
          previousVersion: version,
          version: previousVersion,
        },
      ),
    };
  });
}

function row(reason: string, policyVersion: string, detail: NonNullable<AuditEntry['detail']>): AuditEntry {
  return {
    event: 'policy.changed',
    context: systemContext(),
    action: 'services/governance',
    decision: 'allow',
    policy: 'not_applicable',
    reason,
    policyVersion,
    detail,
  };
}
