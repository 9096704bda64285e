import type pg from 'pg';
import type { AuditCursor } from './audit-cursor.ts';
import type { AuditVisibility } from './audit-filter.ts';
import type { AuditRow } from './audit-row.ts';
import { visibleRows } from './visible-rows.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** What was committed together: the rows of one seal. */
export interface SealedRows {
  readonly chain: string;
  readonly seq: bigint;
  readonly rowIds: readonly string[];
}

/** One step a chain down the primary key, so that it costs what there are chains and not what there are seals. */
export const CHAINS = `chains as (
  (select chain from audit_seals order by chain limit 1)
  union all
  select (select s.chain from audit_seals s where s.chain > c.chain order by s.chain limit 1)
    from chains c where c.chain is not null)`;

const HEADS = `with recursive ${CHAINS}
select c.chain, s.seq::text from chains c
  cross join lateral (select seq from audit_seals where chain = c.chain order by seq desc limit 1) s
 where c.chain is not null`;

const NEXT = `with recursive ${CHAINS},
known as (select * from unnest($1::text[], $2::bigint[]) as k (chain, seq))
select c.chain, s.seq::text, s.row_ids as "rowIds" from chains c
  left join known k using (chain)
  cross join lateral (
    select seq, row_ids, sealed_at from audit_seals
     where chain = c.chain and seq > coalesce(k.seq, 0) order by seq limit $3) s
 where c.chain is not null
 order by max(s.sealed_at) over (partition by c.chain order by s.seq), c.chain, s.seq`;

/** The last seal of every chain. */
export async function sealHeads(database: Queryable): Promise<AuditCursor> {
  const { rows } = await database.query<{ chain: string; seq: string }>({ name: 'audit_heads', text: HEADS });
  return new Map(rows.map(({ chain, seq }) => [chain, BigInt(seq)]));
}

/** The next seals after the cursor, at most `limit` of each chain: by time, and each chain's in order even so. */
export async function sealsAfter(
  database: Queryable,
  cursor: AuditCursor,
  limit: number,
): Promise<readonly SealedRows[]> {
  const { rows } = await database.query<{ chain: string; seq: string; rowIds: string[] }>({
    name: 'audit_seals_after',
    text: NEXT,
    values: [[...cursor.keys()], [...cursor.values()].map(String), limit],
  });
  return rows.map(({ chain, seq, rowIds }) => ({ chain, seq: BigInt(seq), rowIds }));
}

/** Those of the rows that are visible, oldest first. */
export async function rowsById(
  database: Queryable,
  ids: readonly string[],
  visibility: AuditVisibility,
): Promise<readonly AuditRow[]> {
  const { text, values } = visibleRows(visibility);
  const { rows } = await database.query<AuditRow>(
    `${text} and id = any($${values.length + 1}::uuid[]) order by id`,
    [...values, ids],
  );
  return rows;
}
