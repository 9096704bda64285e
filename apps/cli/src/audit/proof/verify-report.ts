import type { VerifyReport } from '@gatehouse/audit';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { Report, ReportPart } from '../../report/report.ts';

/** What a verification found; the exit code is 1 when something is wrong. */
export function verifyReport(what: string, report: VerifyReport): Report {
  const {
    ok,
    problems,
    notes,
    purged,
    erased,
    breaks,
    first_problem: first,
    problems_total: total,
    ...facts
  } = report;
  const parts: ReportPart[] = [
    { kind: 'card', fields: { verified: ok, ...(facts as JsonObject) } },
    ...part('Purged on record', purged as never),
    ...part('Erased on record', erased as never),
    ...part('Logs begun in place of others', breaks as never, [
      'at',
      'origin',
      'after',
      'seals_lost',
      'reason',
    ]),
  ];
  if (!ok) {
    parts.push({ kind: 'heading', text: `${total} ${total === 1 ? 'problem' : 'problems'}` });
    parts.push(
      ...problems
        .slice(0, 20)
        .map(({ kind, message }) => ({ kind: 'text' as const, text: `${kind}: ${message}` })),
    );
    if (first !== null) parts.push({ kind: 'text', text: `First: ${first.message}` });
  }
  parts.push(...notes.map((text) => ({ kind: 'text' as const, text: `Note: ${text}.` })));
  return {
    artifactType: 'card',
    title: `${ok ? 'Verified' : 'Not verified'}: ${what}`,
    data: JSON.parse(JSON.stringify(report)) as JsonValue,
    parts,
    exitCode: ok ? 0 : 1,
  };
}

function part(
  heading: string,
  rows: readonly JsonObject[],
  columns: readonly string[] = ['at', 'rows', 'rule', 'by'],
): ReportPart[] {
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: heading },
    { kind: 'table', columns, rows },
  ];
}
