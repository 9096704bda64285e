import type { AuditRow } from '@gatehouse/audit';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Report, ReportPart } from '../report/report.ts';

const IDS = ['user_id', 'session_id', 'task_id', 'trace_id', 'context_id', 'client_id'] as const;

const WITHHELD: ReportPart[] = [
  { kind: 'text', text: "Another's content, withheld: --full --reason shows it, and is a row." },
];

/** Everything that the audit log holds under one id, oldest first. `full`: with what was sent and what came back. */
export function auditReport(id: string, rows: readonly AuditRow[], full: boolean): Report {
  return {
    artifactType: 'card',
    title: `Audit of ${id}`,
    data: { id, rows: rows.map((row) => rowData(row, full)) },
    hints: { full },
    parts: [...rows.flatMap((row) => rowParts(row, full)), ...moreHint(id, rows, full)],
  };
}

function rowData(row: AuditRow, full: boolean): JsonObject {
  const { evaluation, result, ...rest } = row;
  return {
    ...rest,
    evaluation: full ? evaluation : withoutContent(evaluation),
    result: full || result === null ? result : withoutContent(result),
  };
}

function withoutContent({ content, ...rest }: JsonObject): JsonObject {
  return content === undefined ? rest : { ...rest, content: 'left out; use --full' };
}

function rowParts(row: AuditRow, full: boolean): ReportPart[] {
  const { commitment, content, detail, policyVersion, rules, ...unusual } = row.evaluation;
  const call: JsonObject = {
    action: row.action,
    decision: row.decision,
    policy: row.policy,
    reason: row.reason,
    ...(full ? { policy_version: policyVersion ?? null, cost_microdollars: row.cost_microdollars } : {}),
    ...(full ? { commitment: commitment ?? null, ...unusual } : {}),
  };
  return [
    { kind: 'heading', text: `${row.event}  ${row.occurred_at}  row ${row.id}` },
    { kind: 'card', fields: identityOf(row, full) },
    { kind: 'card', fields: call },
    ...rulesPart(rules),
    ...(detail === undefined ? [] : jsonPart('Detail', detail)),
    ...(full ? contentParts(content) : []),
    ...resultParts(row.result, full),
  ];
}

function identityOf(row: AuditRow, full: boolean): JsonObject {
  const shown = full ? IDS : (['user_id', 'session_id', 'trace_id'] as const);
  return {
    ...Object.fromEntries(shown.map((name) => [name, row[name]])),
    role: row.role,
    ...(full || row.agent_id !== null ? { agent_id: row.agent_id } : {}),
  };
}

function rulesPart(rules: JsonValue | undefined): ReportPart[] {
  const rows = Array.isArray(rules) ? rules.filter(isJsonObject) : [];
  if (rows.length === 0) return [];
  return [{ kind: 'table', columns: ['rule', 'result', 'detail', 'durationUs'], rows }];
}

function contentParts(content: JsonValue | undefined): ReportPart[] {
  if (content === undefined || !isJsonObject(content)) return [];
  if (content.withheld === true) return WITHHELD;
  const { input, claimed, findings } = content;
  return [
    ...(input === undefined || input === null ? [] : jsonPart('Input', input)),
    ...(claimed === undefined || claimed === null ? [] : jsonPart('Claimed by the client', claimed)),
    ...(Array.isArray(findings) && findings.length > 0 ? jsonPart('Findings', findings) : []),
  ];
}

function resultParts(result: JsonObject | null, full: boolean): ReportPart[] {
  if (result === null) return [];
  const { content, commitment, ...fields } = result;
  const recorded = content !== undefined && isJsonObject(content) ? content : {};
  const { output } = recorded;
  return [
    { kind: 'text', text: 'Result' },
    { kind: 'card', fields: full ? { ...fields, commitment: commitment ?? null } : fields },
    ...(full && output !== undefined ? jsonPart('Output', output) : []),
    ...(full && recorded.withheld === true ? WITHHELD : []),
  ];
}

function jsonPart(name: string, value: JsonValue): ReportPart[] {
  return [{ kind: 'text', text: `${name}\n${JSON.stringify(value, null, 2)}` }];
}

function moreHint(id: string, rows: readonly AuditRow[], full: boolean): ReportPart[] {
  const more = !full && rows.some(({ evaluation, result }) => evaluation.content ?? result?.content);
  return more
    ? [{ kind: 'text', text: `\nWhat was sent and what came back: gatehouse infra logs audit ${id} --full` }]
    : [];
}
