import type pg from 'pg';
import type { Asked } from './noting-pool.ts';

/** What a question cost the database, over all of its statements. */
export interface PlanEssentials {
  readonly statements: number;
  /** Partitions that were opened and read from. */
  readonly partitions: number;
  /** Index names without their month or day; `rows` for a table that was read whole; a function that asks by itself. */
  readonly used: readonly string[];
  /** Rows and index entries that were looked at, those that a filter threw away included. */
  readonly rowsRead: number;
  readonly pages: number;
}

/** What it reads no plan shows. */
const STATISTICS = 'audit_call_statistics';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Function Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs the statements once more, explained, in one transaction: some are about how the ones behind are planned. */
export async function planEssentials(client: pg.Client, asked: readonly Asked[]): Promise<PlanEssentials> {
  const partitions = new Set<string>();
  const used = new Set<string>();
  let [rowsRead, pages] = [0, 0];
  const visit = (node: PlanNode): void => {
    const loops = node['Actual Loops'];
    if (loops > 0 && node['Relation Name'] !== undefined) partitions.add(node['Relation Name']);
    if (loops > 0 && node['Node Type'].includes('Scan')) {
      const thrown = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      if (node['Relation Name'] !== undefined || node['Index Name'] !== undefined)
        rowsRead += (node['Actual Rows'] + thrown) * loops;
      if (node['Index Name'] !== undefined) used.add(undated(node['Index Name']));
      else if (node['Node Type'].endsWith('Seq Scan')) used.add('rows');
      else if (node['Function Name'] === STATISTICS) used.add(STATISTICS);
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  await client.query('begin');
  for (const { text, values } of asked) {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      [...values],
    );
    const plan = rows[0]!['QUERY PLAN'][0]!.Plan;
    pages += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    visit(plan);
  }
  await client.query('rollback');
  return {
    statements: asked.length,
    partitions: partitions.size,
    used: [...used].sort(),
    rowsRead: Math.round(rowsRead),
    pages,
  };
}

/** `audit_log_2026_11_user_id_id_idx` and its siblings are one index. */
function undated(name: string): string {
  return name.replace(/(?:_\d{4}_\d{2}(?:_\d{2})?|_default)_/, ' ').replace(/^(?:audit_log|logs_\w+?) /, '');
}
