import type { ComplianceReport, EvidenceBundle } from '@gatehouse/compliance';
import type { JsonObject } from '@gatehouse/kernel';
import type { Report } from '../report/report.ts';

/** The controls of a framework, and what the audit log shows of each. */
export function complianceReport(report: ComplianceReport): Report {
  const { framework, period, controls, evidence } = report;
  const rows = controls.map((control) => ({
    control: control.id,
    title: control.title,
    result: control.result.replace('_', ' '),
    rows: control.evidence.reduce((sum, { query }) => sum + (evidence.get(query)?.rows ?? 0), 0),
    why: control.reasons.join('; '),
  }));
  const counts = countsOf(rows);
  return {
    artifactType: 'table',
    title: `${framework.title} (${framework.edition}), ${periodText(report)}`,
    data: {
      framework: framework.framework,
      period: { from: period.from.toISOString(), to: period.to.toISOString() },
      counts,
      controls: controls.map((control, index) => ({
        ...rows[index],
        claims: control.claims.map((claim) => ({ ...claim })),
        evidence: control.evidence.map((item) => ({ ...item, rows: evidence.get(item.query)?.rows ?? 0 })),
      })),
    },
    hints: { columns: ['control', 'title', 'result', 'rows', 'why'] },
    parts: [
      { kind: 'table', columns: ['control', 'title', 'result', 'rows', 'why'], rows },
      { kind: 'card', fields: counts },
      ...openPeriod(report),
    ],
  };
}

/** Where the document was written, and how anyone checks it. */
export function evidenceReport(report: ComplianceReport, bundle: EvidenceBundle, file: string): Report {
  const fields = { file, note: `${file}.note`, sha256: bundle.sha256, vkey: bundle.vkey };
  return {
    artifactType: 'card',
    title: `Evidence for ${report.framework.title}, ${periodText(report)}`,
    data: fields,
    parts: [
      { kind: 'card', fields },
      {
        kind: 'text',
        text: 'The same rows and the same files of services/compliance and tools/claims make the same bytes. The note is signed with the key of the audit log: gatehouse infra logs audit keys.',
      },
      ...openPeriod(report),
    ],
  };
}

function countsOf(rows: readonly { readonly result: string }[]): JsonObject {
  const counts: Record<string, number> = { met: 0, 'not met': 0, 'no data': 0, outside: 0 };
  for (const { result } of rows) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}

function periodText({ period }: ComplianceReport): string {
  const last = new Date(period.to.getTime() - 1);
  return `${period.from.toISOString().slice(0, 10)} to ${last.toISOString().slice(0, 10)}`;
}

function openPeriod({ period }: ComplianceReport): { kind: 'text'; text: string }[] {
  if (period.to.getTime() <= Date.now()) return [];
  return [{ kind: 'text', text: '\nThe period is not over: rows will be added to it.' }];
}
