import type pg from 'pg';
import { CANARY } from './hostile-values.ts';

/** Tables with a row that holds a character of the canary, whatever the column. */
export async function tablesWithCanary(owner: pg.Pool | pg.Client): Promise<string[]> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await owner.query(
      `select from ${name} t where position($1 in t::text) > 0 limit 1`,
      [CANARY.found],
    );
    if (rowCount !== 0) found.push(name);
  }
  return found;
}
