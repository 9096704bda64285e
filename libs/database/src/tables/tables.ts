import { AppError } from '@gatehouse/kernel';
import type { Database } from '../database.ts';
import { quoteIdentifier } from '../sql-text.ts';
import { sqlState, withClient } from '../with-client.ts';

const LIMITS = { statement_timeout: 10_000, connectionTimeoutMillis: 10_000 } as const;

export interface TableSummary {
  readonly name: string;
  /** As the statistics estimate it; null before the first analysis. Partitions are added up. */
  readonly estimatedRows: number | null;
  /** With indexes, partitions and what is stored out of line. */
  readonly sizeBytes: number;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly primaryKey: boolean;
}

export interface TableDescription {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly indexes: readonly { readonly name: string; readonly definition: string }[];
}

/** The tables of the product by name; a partitioned table is one table. */
export async function listTables(database: Database): Promise<readonly TableSummary[]> {
  return withClient({ ...database.clientConfig('server'), ...LIMITS }, async (client) => {
    const { rows } = await client.query<{ name: string; rows: number | null; bytes: string }>(
      `select t.relname as name, sum(pg_total_relation_size(p.relid)) as bytes,
         sum(nullif(c.reltuples, -1)) filter (where p.isleaf)::float8 as rows
       from pg_class t, pg_partition_tree(t.oid) p join pg_class c on c.oid = p.relid
       where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
       group by t.relname
       union all
       select t.relname, pg_total_relation_size(t.oid), nullif(t.reltuples, -1)::float8
       from pg_class t
       where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and not t.relispartition
         and not exists (select from pg_partition_tree(t.oid))
       order by name`,
    );
    return rows.map(({ name, rows: estimatedRows, bytes }) => ({
      name,
      estimatedRows,
      sizeBytes: Number(bytes),
    }));
  });
}

/** @throws AppError `DATABASE_TABLE_UNKNOWN` */
export async function describeTable(database: Database, table: string): Promise<TableDescription> {
  return withClient({ ...database.clientConfig('server'), ...LIMITS }, async (client) => {
    const { rows: columns } = await client.query<TableColumn>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
         pg_get_expr(d.adbin, d.adrelid) as default, coalesce(a.attnum = any(k.conkey), false) as "primaryKey"
       from pg_class t
       join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
       left join pg_constraint k on k.conrelid = t.oid and k.contype = 'p'
       where t.relname = $1 and t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')
       order by a.attnum`,
      [table],
    );
    if (columns.length === 0) throw unknownTable();
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes
       where schemaname = 'public' and tablename = $1 order by indexname`,
      [table],
    );
    return { name: table, columns, indexes };
  });
}

/**
 * Counts exactly, within ten seconds.
 * @throws AppError `DATABASE_TABLE_UNKNOWN`, `DATABASE_TABLE_CLOSED` where the server itself may not read it,
 *   `DATABASE_QUERY_TIMEOUT`
 */
export async function countRows(database: Database, table: string): Promise<number> {
  const { name } = await describeTable(database, table);
  return withClient({ ...database.clientConfig('server'), ...LIMITS }, async (client) => {
    try {
      const { rows } = await client.query<{ count: string }>(
        `select count(*) as count from public.${quoteIdentifier(name)}`,
      );
      return Number(rows[0]?.count ?? 0);
    } catch (error) {
      if (sqlState(error) === '42501')
        throw new AppError('DATABASE_TABLE_CLOSED', 'This table is not open to be read.', { cause: error });
      if (sqlState(error) === '57014')
        throw new AppError('DATABASE_QUERY_TIMEOUT', 'Counting took longer than 10 seconds.', {
          cause: error,
        });
      throw error;
    }
  });
}

function unknownTable(): AppError {
  return new AppError('DATABASE_TABLE_UNKNOWN', 'There is no such table.', {
    hint: '`gatehouse infra db tables` lists them.',
  });
}
