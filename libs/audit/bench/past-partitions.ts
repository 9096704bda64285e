import type pg from 'pg';
import { LOG_LEVELS } from '../src/logs/log-level.ts';

/** The partitions of the months before this one, as the product would have made them then. */
export async function makePastPartitions(owner: pg.Client, months: number): Promise<void> {
  for (let back = 1; back < months; back += 1) {
    const { rows } = await owner.query<{ name: string; from: string; to: string }>(
      `select 'audit_log_' || to_char(m, 'YYYY_MM') as name, audit_id_at(m at time zone 'UTC') as "from",
         audit_id_at((m + interval '1 month') at time zone 'UTC') as "to"
       from (select date_trunc('month', now() at time zone 'UTC') - make_interval(months => $1) as m) month`,
      [back],
    );
    const { name, from, to } = rows[0]!;
    await owner.query(`create table ${name} partition of audit_log for values from ('${from}') to ('${to}')`);
  }
}

/** The first moment of the month so many months back, in milliseconds. */
export function monthsBack(months: number, nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1);
}

/** The days of the log before today, of every level. */
export async function makePastDays(owner: pg.Client, days: number): Promise<void> {
  for (const level of LOG_LEVELS) {
    for (let back = 1; back <= days; back += 1) {
      const { rows } = await owner.query<{ name: string; from: string; to: string }>(
        `select 'logs_' || $2::text || '_' || to_char(d, 'YYYY_MM_DD') as name, audit_id_at(d at time zone 'UTC') as "from",
           audit_id_at((d + interval '1 day') at time zone 'UTC') as "to"
         from (select date_trunc('day', now() at time zone 'UTC') - make_interval(days => $1) as d) day`,
        [back, level],
      );
      const { name, from, to } = rows[0]!;
      await owner.query(
        `create table ${name} partition of logs_${level} for values from ('${from}') to ('${to}')`,
      );
    }
  }
}
