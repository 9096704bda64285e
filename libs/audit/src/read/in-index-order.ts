import type pg from 'pg';

/**
 * For the rest of the transaction: rows are read in the order of an index where one has it. PostgreSQL does not know at
 * planning which traces and tasks have a hundred thousand rows, and would read and sort them all for the first few.
 */
export async function inIndexOrder(database: Pick<pg.ClientBase, 'query'>): Promise<void> {
  await database.query(
    `select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
  );
}
