import type pg from 'pg';

/** What the audit log says of the governed calls that it ever got. */
export interface RecordedCalls {
  readonly rows: number;
  readonly inGap: number;
  readonly inSummary: number;
}

/** The right side of the equation as rows have it: for who counted the left side. */
export async function recordedCalls(database: Pick<pg.Pool, 'query'>): Promise<RecordedCalls> {
  const { rows } = await database.query<{ rows: string; gap: string; summary: string }>(
    `select count(*) filter (where event like '%.decided' or event = 'request.rejected') as rows,
       coalesce(sum((evaluation -> 'detail' ->> 'count')::bigint) filter (where event = 'audit.gap'), 0) as gap,
       coalesce(sum((evaluation -> 'detail' ->> 'count')::bigint) filter (where event = 'request.summarised'), 0) as summary
     from audit_log`,
  );
  const found = rows[0]!;
  return { rows: Number(found.rows), inGap: Number(found.gap), inSummary: Number(found.summary) };
}
