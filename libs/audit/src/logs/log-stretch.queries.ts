import type pg from 'pg';
import { containsPattern } from '../read/contains-pattern.ts';
import type { LogFilter } from './log-filter.ts';
import { LOG_LEVELS, type LogLevel, logLevelsFrom } from './log-level.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** Which lines are looked for: `after` a place oldest first, else newest first. */
export interface LineSearch {
  readonly filter: Omit<LogFilter, 'before' | 'limit'>;
  readonly order: 'newest' | 'oldest';
}

export interface LineStretch {
  readonly ids: readonly string[];
  /** Fewer than were asked for: there are no more. */
  readonly looked: number;
  readonly last: string | null;
}

/**
 * Looks at the next `size` lines after `place`, and picks the ids of those that fit, at most `most`. Each level by itself:
 * within one, and in none beyond, the key is in the order of the ids.
 */
export async function lookAtLines(
  database: Queryable,
  search: LineSearch,
  at: { readonly place: string | null; readonly size: number; readonly most: number },
): Promise<LineStretch> {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const direction = search.order === 'newest' ? 'desc' : 'asc';
  const back = direction === 'desc' ? 'asc' : 'desc';
  const limit = `order by id ${direction} limit ${add(at.size)}`;
  const bounds = boundsOf(search, at.place, add);
  const levels = levelsOf(search).map(
    (level) =>
      `(select id, module, message from logs where ${[`level = '${level}'`, ...bounds].join(' and ')} ${limit})`,
  );
  const fits = textConditions(search.filter, add);
  const { rows } = await database.query<{ ids: string[] | null; looked: number; last: string | null }>(
    `with stretch as materialized (select * from (${levels.join(' union all ')}) l ${limit})
     select (select count(*) from stretch)::int as looked,
       (select id from stretch order by id ${back} limit 1) as last,
       array(select id from stretch where ${fits.join(' and ') || 'true'} order by id ${direction} limit ${add(at.most)}) as ids`,
    values,
  );
  const { ids, looked, last } = rows[0]!;
  return { ids: ids ?? [], looked, last };
}

/** Of the lines between two places, at most `most` of those whose words fit, in no order: by the index of trigrams. */
export async function linesWithWords(
  database: Queryable,
  search: LineSearch,
  at: { readonly place: string | null; readonly end: string | null; readonly most: number },
): Promise<readonly string[]> {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = [...boundsOf(search, at.place, add), ...textConditions(search.filter, add)];
  if (at.end !== null) conditions.push(`id ${search.order === 'newest' ? '>=' : '<'} ${add(at.end)}::uuid`);
  const { rows } = await database.query<{ id: string }>(
    `select id from logs where level = any(${add(levelsOf(search))}) and ${conditions.join(' and ')} limit ${add(at.most)}`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** Whether messages are indexed by their trigrams: an owner need not have them. */
export async function hasWords(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>(
    `select to_regclass('public.logs_words') is not null as found`,
  );
  return rows[0]!.found;
}

function levelsOf({ filter }: LineSearch): readonly LogLevel[] {
  return filter.level === undefined ? LOG_LEVELS : logLevelsFrom(filter.level);
}

/** Times become bounds of the id, so that they prune partitions and use the key. */
function boundsOf(
  { filter, order }: LineSearch,
  place: string | null,
  add: (value: unknown) => string,
): string[] {
  const conditions: string[] = [];
  if (filter.since !== undefined) conditions.push(`id >= audit_id_at(${add(filter.since)}::timestamptz)`);
  if (filter.until !== undefined) conditions.push(`id < audit_id_at(${add(filter.until)}::timestamptz)`);
  if (place !== null) conditions.push(`id ${order === 'newest' ? '<' : '>'} ${add(place)}::uuid`);
  return conditions;
}

function textConditions({ module, text }: LineSearch['filter'], add: (value: unknown) => string): string[] {
  return [
    ...(module === undefined ? [] : [`module ilike ${add(containsPattern(module))}`]),
    ...(text === undefined ? [] : [`message ilike ${add(containsPattern(text))}`]),
  ];
}
