import type { ClientBase } from 'pg';
import { CATALOGUE_QUERIES } from './catalogue.queries.ts';

/**
 * The schema `public` as sorted lines of text: tables, columns, indexes, constraints, triggers, policies, functions,
 * grants. Two databases with the same lines are the same to the product. Partitions of a month are written
 * `…_YYYY_MM`, so that the listing does not change with the calendar.
 */
export async function catalogueListing(client: ClientBase): Promise<readonly string[]> {
  const lines = new Set<string>();
  for (const query of CATALOGUE_QUERIES) {
    const { rows } = await client.query<{ line: string }>(query);
    for (const { line } of rows) {
      lines.add(line.replaceAll(/\s+/g, ' ').replaceAll(/_\d{4}_\d{2}(?=[^0-9])|_\d{4}_\d{2}$/g, '_YYYY_MM'));
    }
  }
  return [...lines].sort();
}
