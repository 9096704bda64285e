import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Report, ReportPart } from '../report/report.ts';

/** The policy in force as a card; the change that waits with its diff, and what to do about it. */
export function policyReport(title: string, policy: JsonObject): Report {
  const inForce = objectOf(policy.in_force);
  const pending = policy.pending === null ? null : objectOf(policy.pending);
  const parts: ReportPart[] = [
    {
      kind: 'card',
      fields: {
        mode: policy.mode ?? null,
        version: policy.version ?? null,
        'in force since': inForce.since ?? null,
        by: inForce.kind ?? null,
        'reverts at': inForce.reverts_at ?? null,
        'in step': policy.in_step ?? null,
        problems: policy.problems ?? null,
      },
    },
    ...(pending === null ? [] : pendingParts(pending)),
  ];
  return { artifactType: 'card', title, data: policy, parts };
}

function pendingParts(pending: JsonObject): ReportPart[] {
  const { version, files, approvals, diff } = pending;
  const vouching = Array.isArray(approvals) ? approvals.length : 0;
  const hash = typeof version === 'string' ? version : '';
  return [
    { kind: 'heading', text: 'Waiting' },
    { kind: 'card', fields: { version: hash, files: files ?? null, approvals: vouching } },
    { kind: 'text', text: typeof diff === 'string' ? diff.trimEnd() : '' },
    {
      kind: 'text',
      text:
        vouching === 0
          ? `Apply it: gatehouse admin governance apply ${hash}`
          : `Another administrator has to apply it: gatehouse admin governance apply ${hash}`,
    },
  ];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** The policy in what `apply` and `break-glass` answer. */
export function answeredPolicy(answer: JsonObject): JsonObject {
  return objectOf(answer.policy);
}
