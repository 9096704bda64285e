import type pg from 'pg';
import { containsPattern } from './contains-pattern.ts';
import { type AuditSearch, byMember, type Equality, equalitiesOf } from './search.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** A row that fits, by what pages and traces are made of. */
export interface FoundRow {
  readonly id: string;
  readonly trace_id: string;
}

/** What a look at a stretch of the log found. */
export interface Stretch {
  readonly found: readonly FoundRow[];
  /** Fewer than were asked for: there are no more. */
  readonly looked: number;
  /** The row that was looked at last; null where there was none. */
  readonly last: string | null;
}

/** The values of a statement's parameters, in order. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** Beyond so many rows of a value its index is no better than another. */
const FEW = 2000;
const NARROW = new Set(['trace_id', 'task_id', 'session_id']);
/** Calls are ended within a day, or never: the client's report of an older one is not believed. */
const LATEST_END = `interval '2 days'`;
const COMPLETED = `('tool_call.completed', 'model_call.completed')`;
/** A decided call without its completion, 15 minutes after. A call's two rows have the same session, trace and task. */
const OPEN_CALL = `s.decision = 'allow' and s.event in ('tool_call.decided', 'model_call.decided')
  and not exists (
    select from audit_log c where c.task_id = s.task_id and c.trace_id = s.trace_id and c.id > s.id
       and c.id < audit_id_at(s.occurred_at + ${LATEST_END})
       and c.session_id = s.session_id and c.user_id = s.user_id and c.event in ${COMPLETED})`;
const COLUMNS =
  'id, occurred_at, event, user_id, session_id, task_id, trace_id, agent_id, action, decision, policy';

/**
 * The index to walk along: of a value with few rows where there is one, else the first that serves at all. Null: the log
 * itself. A filter of one equality, or of a session, a trace or a task, asks nothing.
 */
export async function rarestOf(database: Queryable, search: AuditSearch): Promise<Equality | null> {
  if (byMember(search)) return null;
  const served = equalitiesOf(search).filter(({ indexed }) => indexed);
  // Row security would read on along another index, over everybody's rows, until it finds enough of one's own.
  const own = served.find(({ column }) => column === 'user_id');
  if (search.visibility.kind === 'self' && own !== undefined && !NARROW.has(served[0]!.column)) return own;
  if (served.length < 2 || NARROW.has(served[0]!.column)) return served[0] ?? null;
  const parameters = new Parameters();
  // In the order of the index: of a frequent value PostgreSQL would rather read the log itself, past every cache.
  const order = `order by id ${search.order === 'newest' ? 'desc' : 'asc'}`;
  const counts = served.map(({ column, value }, place) => {
    const conditions = [`${column} = ${parameters.add(value)}`, ...bounds(search, null, parameters)];
    return `(select count(*) from (select from audit_log where ${conditions.join(' and ')} ${order} limit ${FEW}) c)::int as n${place}`;
  });
  const { rows } = await database.query<Record<string, number>>(
    `select ${counts.join(', ')}`,
    parameters.values,
  );
  const few = served
    .map((equality, place) => ({ equality, count: rows[0]?.[`n${place}`] ?? FEW }))
    .toSorted((a, b) => a.count - b.count)[0]!;
  return few.count < FEW ? few.equality : served[0]!;
}

/**
 * Looks at the next `size` rows after `place` along an index or the log, and picks those that fit, at most `most`. What it
 * costs depends on `size` and not on how rare a match is.
 */
export async function lookAt(
  database: Queryable,
  search: AuditSearch,
  along: Equality | null,
  at: { readonly place: string | null; readonly size: number; readonly most: number },
): Promise<Stretch> {
  const parameters = new Parameters();
  const direction = search.order === 'newest' ? 'desc' : 'asc';
  const stretch = stretchOf(search, along, at, parameters, direction);
  const fits = equalitiesOf(search)
    .filter((equality) => equality.column !== along?.column || equality.value !== along.value)
    .map(({ column, value }) => `s.${column} = ${parameters.add(value)}`);
  if (search.events !== undefined) fits.push(`s.event = any(${parameters.add(search.events)})`);
  if (search.filter.open === true) fits.push(OPEN_CALL);
  if (search.filter.text !== undefined) {
    const pattern = parameters.add(containsPattern(search.filter.text));
    fits.push(`(s.reason ilike ${pattern} or s.action ilike ${pattern})`);
  }
  const { rows } = await database.query<Stretch & { found: FoundRow[] | null }>(
    `with stretch as materialized (${stretch})
     select (select count(*) from stretch)::int as looked,
       (select id from stretch order by id ${direction === 'desc' ? 'asc' : 'desc'} limit 1) as last,
       (select json_agg(f) from (${picked(search, fits, direction)} order by id ${direction} limit ${parameters.add(at.most)}) f) as found`,
    parameters.values,
  );
  const { found, looked, last } = rows[0]!;
  return { found: found ?? [], looked, last };
}

function picked({ oncePerTrace }: AuditSearch, fits: readonly string[], direction: string): string {
  const fitting = `from stretch s where ${fits.join(' and ') || 'true'}`;
  if (oncePerTrace !== true) return `select s.id, s.trace_id ${fitting}`;
  return `select * from (select distinct on (s.trace_id) s.id, s.trace_id ${fitting} order by s.trace_id, s.id ${direction}) t`;
}

/** No stretch holds a row that the reader may not see: where it ended is told. */
function stretchOf(
  search: AuditSearch,
  along: Equality | null,
  { place, size }: { readonly place: string | null; readonly size: number },
  parameters: Parameters,
  direction: 'asc' | 'desc',
): string {
  const { visibility } = search;
  const rowsWhere = (all: readonly string[], end: string) =>
    `select ${columnsOf(search)} from audit_log where ${all.join(' and ') || 'true'} ${end}`;
  const conditions = bounds(search, place, parameters);
  const limit = `order by id ${direction} limit ${parameters.add(size)}`;
  if (along !== null) conditions.push(`${along.column} = ${parameters.add(along.value)}`);
  if (visibility.kind !== 'department') return rowsWhere(conditions, limit);
  const own = parameters.add(visibility.userId);
  const members = `select ${own}::text as member union select audit_department_members(${parameters.add(visibility.department)})`;
  if (!byMember(search)) return rowsWhere([...conditions, `user_id in (${members})`], limit);
  return `select r.* from (${members}) m cross join lateral (${rowsWhere([...conditions, 'user_id = m.member'], limit)}) r ${limit}`;
}

/** The reason is the longest of them: it is read where it is looked at. */
function columnsOf({ filter }: AuditSearch): string {
  return filter.text === undefined ? COLUMNS : `${COLUMNS}, reason`;
}

/** Times become bounds of the id, so that they prune partitions and use the key. */
function bounds({ filter, order }: AuditSearch, place: string | null, parameters: Parameters): string[] {
  const conditions: string[] = [];
  if (filter.since !== undefined)
    conditions.push(`id >= audit_id_at(${parameters.add(filter.since)}::timestamptz)`);
  if (filter.until !== undefined)
    conditions.push(`id < audit_id_at(${parameters.add(filter.until)}::timestamptz)`);
  if (filter.open === true) conditions.push(`id < audit_id_at(now() - interval '15 minutes')`);
  if (place !== null) conditions.push(`id ${order === 'newest' ? '<' : '>'} ${parameters.add(place)}::uuid`);
  return conditions;
}
