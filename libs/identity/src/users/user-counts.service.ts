import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How many users there are, deleted ones apart. */
export interface UserCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byRole: Readonly<Record<string, number>>;
  readonly byDepartment: Readonly<Record<string, number>>;
  readonly createdWithin24h: number;
  readonly createdWithin7d: number;
  readonly createdWithin30d: number;
  readonly oldest: Date | null;
  readonly newest: Date | null;
}

const COUNTS = `
  select count(*) filter (where live)::int as total,
         count(*) filter (where live and created_at > now() - interval '1 day')::int as "createdWithin24h",
         count(*) filter (where live and created_at > now() - interval '7 days')::int as "createdWithin7d",
         count(*) filter (where live and created_at > now() - interval '30 days')::int as "createdWithin30d",
         min(created_at) filter (where live) as oldest, max(created_at) filter (where live) as newest
    from (select created_at, status <> 'deleted' as live from users) u`;

const GROUPS = `
  select 'byStatus' as kind, status as name, count(*)::int as n from users group by status
  union all select 'byRole', role, count(*)::int from users where status <> 'deleted' group by role
  union all select 'byDepartment', coalesce(department, 'none'), count(*)::int from users
    where status <> 'deleted' group by department`;

@Injectable()
export class UserCountsReader {
  constructor(private readonly dataSource: DataSource) {}

  async read(): Promise<UserCounts> {
    const [counts] =
      await this.dataSource.query<Omit<UserCounts, 'byStatus' | 'byRole' | 'byDepartment'>[]>(COUNTS);
    const rows = await this.dataSource.query<{ kind: string; name: string; n: number }[]>(GROUPS);
    const groupOf = (kind: string) =>
      Object.fromEntries(rows.filter((row) => row.kind === kind).map(({ name, n }) => [name, n]));
    return {
      ...counts!,
      byStatus: groupOf('byStatus'),
      byRole: groupOf('byRole'),
      byDepartment: groupOf('byDepartment'),
    };
  }
}
