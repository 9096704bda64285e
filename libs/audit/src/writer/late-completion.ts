import type { AuditEntry } from '../audit-entry.ts';
import type { PendingRow } from './pending-row.ts';

/**
 * What follows a row that was committed after its call had been denied for want of it: an allow that was never
 * acted upon is closed as `not_executed`. Null for rows that allow nothing.
 */
export function lateCompletion({ entry, row }: PendingRow): AuditEntry | null {
  if (!entry.event.endsWith('.decided') || entry.decision !== 'allow') return null;
  return {
    event: entry.event === 'model_call.decided' ? 'model_call.completed' : 'tool_call.completed',
    context: entry.context,
    action: entry.action,
    decision: 'deny',
    policy: 'audit_unavailable',
    reason: 'The decision was committed too late; the call had been denied and was not executed.',
    ...(entry.rules === undefined ? {} : { rules: entry.rules }),
    ...(entry.policyVersion === undefined ? {} : { policyVersion: entry.policyVersion }),
    inputCommitment: row.commitment,
    result: {
      status: 'not_executed',
      error: null,
      tokens: null,
      durationMs: 0,
      reportedBy: 'gatehouse',
      output: null,
    },
  };
}
