import { Retention, type RetentionPlan } from '@gatehouse/audit';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

export async function showRetention(operator: Operator): Promise<Report> {
  return planReport('Retention', 'due', await operator.get(Retention).plan());
}

export async function runRetention(operator: Operator, dryRun: boolean): Promise<Report> {
  const retention = operator.get(Retention);
  if (dryRun) return planReport('Retention: nothing was dropped', 'due', await retention.plan());
  return planReport('Retention', 'dropped', await retention.run(operator.context));
}

function planReport(title: string, what: 'due' | 'dropped', { audit, logs }: RetentionPlan): Report {
  const tiers: JsonObject[] = [
    {
      tier: 'audit',
      days: audit.days,
      rule: audit.rule,
      before: audit.before,
      [what]: audit.partitions.length,
    },
    ...logs.map(({ level, days, before, partitions }) => ({
      tier: `logs ${level}`,
      days,
      rule: `${level}_days`,
      before,
      [what]: partitions.length,
    })),
  ];
  const months = audit.partitions.map(({ partition, rows, held }) => ({ partition, rows, held }));
  const days = logs.flatMap(({ level, partitions }) =>
    partitions.map(({ partition, lines }) => ({ level, partition, lines })),
  );
  return {
    artifactType: 'table',
    title,
    data: JSON.parse(JSON.stringify({ tiers, [what]: { audit: audit.partitions, logs: days } })) as JsonValue,
    parts: [
      { kind: 'table', columns: ['tier', 'days', 'rule', 'before', what], rows: tiers },
      ...(months.length === 0
        ? []
        : [{ kind: 'table' as const, columns: ['partition', 'rows', 'held'], rows: months }]),
      ...(days.length === 0
        ? []
        : [{ kind: 'table' as const, columns: ['level', 'partition', 'lines'], rows: days }]),
    ],
  };
}
