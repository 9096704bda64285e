import type pg from 'pg';
import type { AuditPage, AuditVisibility } from './audit-filter.ts';
import { EVERY_DECIDED, rowsOfTraces } from './call-rows.queries.ts';
import type { CallFilter, TraceSummary } from './governed-call.ts';
import { LOOK_MS, lookThrough } from './look-through.ts';
import { seenBefore } from './seen-traces.queries.ts';
import type { FoundRow } from './stretch.queries.ts';
import { traceSummary } from './trace-summary.ts';

/** Traces in which something was decided, the latest first, each at its last decision. `before` is a row's id, as `next` gives it. */
export async function listTraces(
  database: Pick<pg.ClientBase, 'query'>,
  { limit, before, ...filter }: Omit<CallFilter, 'action' | 'kind' | 'decision'>,
  visibility: AuditVisibility,
): Promise<AuditPage<TraceSummary>> {
  const search = { filter, visibility, events: EVERY_DECIDED, order: 'newest', oncePerTrace: true } as const;
  const latest = new Map<string, FoundRow>();
  const from = { place: before ?? null, most: limit + 1, untilMs: performance.now() + LOOK_MS };
  const looked = await lookThrough(database, search, from, (found) => {
    for (const row of found) if (!latest.has(row.trace_id)) latest.set(row.trace_id, row);
    return latest.size <= limit;
  });
  const more = latest.size > limit;
  const page = [...latest.values()].slice(0, limit);
  const found = page.map(({ trace_id: trace }) => trace);
  const seen = await seenBefore(database, found, before ?? null, search);
  const rows = await rowsOfTraces(
    database,
    found.filter((trace) => !seen.has(trace)),
    visibility,
  );
  const byTrace = Map.groupBy(rows, ({ trace_id: trace }) => trace);
  return {
    rows: found
      .filter((trace) => byTrace.has(trace))
      .map((trace) => traceSummary(trace, byTrace.get(trace)!)),
    next: more ? page.at(-1)!.id : looked.ended ? null : looked.last,
  };
}
