import type { ExplainedCall } from '@gatehouse/governance';
import type { Report, ReportPart } from '../report/report.ts';
import { findingData } from './finding-data.ts';

const CHECKS = ['rule', 'result', 'detail', 'line'] as const;
const FINDINGS = ['rule', 'path', 'encoding', 'confidence', 'length', 'fingerprint'] as const;

/** What would be decided, check by check. */
export function explanationReport(explained: ExplainedCall): Report {
  const { decision, policy, reason, policyVersion, destructive, expired } = explained;
  const checks = explained.checks.map(({ rule, result, detail, line }) => ({ rule, result, detail, line }));
  const findings = explained.findings.map(findingData);
  const parts: ReportPart[] = [
    { kind: 'card', fields: { decision, policy, reason, policy_version: policyVersion } },
    { kind: 'table', columns: CHECKS, rows: checks },
  ];
  if (findings.length > 0) parts.push({ kind: 'table', columns: FINDINGS, rows: findings });
  if (expired > 0) {
    const entries = expired === 1 ? '1 entry' : `${expired} entries`;
    parts.push({ kind: 'text', text: `${entries} of allow in secrets.yaml ended and are ignored.` });
  }
  return {
    artifactType: 'card',
    title: 'What would be decided',
    data: {
      decision,
      policy,
      reason,
      policy_version: policyVersion,
      checks,
      findings,
      destructive: destructive === null ? null : { ...destructive },
      expired_allowances: expired,
    },
    parts,
    exitCode: decision === 'allow' ? 0 : 1,
  };
}
