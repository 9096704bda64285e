import { AuditLog, SCANNER } from '@gatehouse/audit';
import { LivePolicy } from '@gatehouse/governance';
import { type JsonValue, parseStrictJson } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import type { Report } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { operatorTrace } from '../session/operator-trace.ts';
import { findingData } from './finding-data.ts';

/** Scans a text with the policy in force, and records that it was done and how much was found. */
export async function scanAsOperator(operator: Operator, text: string): Promise<Report> {
  const scanner = operator.platform.app.get<Scanner>(SCANNER);
  const { secrets, version } = operator.get(LivePolicy).current();
  const { findings, exhausted } = scanner.scan(readValue(text));
  await operator.get(AuditLog).record({
    event: 'admin.governance_scanned',
    context: operator.context,
    action: 'admin governance scan',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'An operator looked for credentials in a text.',
    policyVersion: version,
    detail: { operator: operatorTrace(), findings: findings.length, exhausted },
  });
  const rows = findings.map((finding) => ({ ...findingData(finding), accepted: secrets.accepts(finding) }));
  const open = rows.filter((row) => !row.accepted).length;
  const summary = `${open} ${open === 1 ? 'credential' : 'credentials'} found${rows.length === open ? '' : `, ${rows.length - open} accepted by allow`}`;
  const columns = ['rule', 'path', 'encoding', 'confidence', 'length', 'accepted', 'fingerprint'];
  return {
    artifactType: 'table',
    title: 'Scan',
    data: {
      findings: rows,
      exhausted,
      policy_version: version,
      expired_allowances: secrets.expired().length,
    },
    hints: { columns },
    parts: [
      ...(rows.length === 0 ? [] : [{ kind: 'table' as const, columns, rows }]),
      { kind: 'text', text: `${summary}.` },
      ...(exhausted
        ? [{ kind: 'text' as const, text: 'It is too deep or too large to be judged whole.' }]
        : []),
    ],
    exitCode: open > 0 || exhausted ? 1 : 0,
  };
}

function readValue(text: string): JsonValue {
  const parsed = parseStrictJson(Buffer.from(text, 'utf8'));
  return parsed.ok ? parsed.value : text;
}
