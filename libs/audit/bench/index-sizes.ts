import type pg from 'pg';

export interface RelationSize {
  /** An index without its month, or `rows` with what they keep outside of the table. */
  readonly name: string;
  readonly bytes: number;
}

/** How large the audit log and the log are, over all of their partitions, the largest first. */
export async function indexSizes(owner: pg.Client): Promise<readonly RelationSize[]> {
  const { rows } = await owner.query<RelationSize>(
    `select root || ' ' || case when c.relkind = 'r' then 'rows'
         else regexp_replace(regexp_replace(c.relname, '_(\\d{4}_\\d{2}(_\\d{2})?|default)_', ' '), '^\\w+ ', '') end as name,
       sum(case when c.relkind = 'r' then pg_table_size(c.oid) else pg_relation_size(c.oid) end)::float8 as bytes
       from (values ('audit_log'), ('audit_seals'), ('audit_call_counts'), ('logs')) as t (root)
       cross join lateral (
         select relid from pg_partition_tree(root::regclass) where isleaf
         union all select indexrelid from pg_partition_tree(root::regclass) p join pg_index i on i.indrelid = p.relid where p.isleaf
         union all select root::regclass where root in ('audit_seals', 'audit_call_counts')
         union all select indexrelid from pg_index where indrelid = root::regclass and root in ('audit_seals', 'audit_call_counts')) parts
       join pg_class c on c.oid = parts.relid and c.relkind in ('r', 'i')
      group by 1 order by 2 desc`,
  );
  return rows;
}
