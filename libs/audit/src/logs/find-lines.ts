import type pg from 'pg';
import { hasWords, type LineSearch, linesWithWords, lookAtLines } from './log-stretch.queries.ts';

/** How long a page is looked for before it is handed over as it is. */
export const LOOK_MS = 40;
const FIRST_SIZE = 500;
const MOST_SIZE = 16_000;
const GROWTH = 4;
/** Where so few of so many lines fit, the index of their trigrams is asked instead. */
const LOOKED_BEFORE_WORDS = 2000;
/** Of one day: more are found as quickly one after the other. */
const LINES_BY_WORDS = 2000;
const DAY_MS = 86_400_000;
/** No shorter text holds a trigram. */
const TRIGRAM = 3;

export interface FoundLines {
  /** In the order of the search. */
  readonly ids: readonly string[];
  /** Where the next page goes on; null behind the last. */
  readonly next: string | null;
}

/**
 * The next lines that fit, at most `limit`. Lines are looked at in stretches; a text that hardly any of the first ones
 * holds is looked up in the index of trigrams, day after day. After `lookMs` the page is handed over as it is, with a `next`
 * where the look ended.
 */
export async function findLines(
  database: Pick<pg.Pool, 'query'>,
  search: LineSearch,
  { limit, place: from, lookMs = LOOK_MS }: { limit: number; place: string | null; lookMs?: number },
): Promise<FoundLines> {
  const untilMs = performance.now() + lookMs;
  const found: string[] = [];
  const page = (ended: boolean, place: string | null): FoundLines => {
    const ids = found.slice(0, limit);
    if (found.length > limit) return { ids, next: ids.at(-1)! };
    return { ids, next: ended ? null : place };
  };
  let place = from;
  let size = Math.max(FIRST_SIZE, limit + 1);
  for (let looked = 0; ; ) {
    const stretch = await lookAtLines(database, search, { place, size, most: limit + 1 });
    found.push(...stretch.ids);
    place = stretch.last ?? place;
    looked += stretch.looked;
    const ended = stretch.looked < size;
    if (ended || found.length > limit || performance.now() >= untilMs) return page(ended, place);
    size = Math.min(MOST_SIZE, size * GROWTH);
    if (looked < LOOKED_BEFORE_WORDS || search.order === 'oldest' || !isIndexed(search)) continue;
    if (!(await hasWords(database))) continue;
    const day = startOfDay(place!);
    const most = LINES_BY_WORDS;
    const words = await linesWithWords(database, search, { place, end: day, most });
    if (words.length === most) continue;
    found.push(...words.toSorted().toReversed());
    place = day;
    size = FIRST_SIZE;
    if (found.length > limit || performance.now() >= untilMs) return page(false, place);
  }
}

function isIndexed({ filter: { module = '', text = '' } }: LineSearch): boolean {
  return Math.max(module.length, text.length) >= TRIGRAM;
}

/** The smallest id of the day (UTC) of an id. */
function startOfDay(id: string): string {
  const ms = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  const day = Math.floor((ms - 1) / DAY_MS) * DAY_MS;
  const time = day.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
