import type { FeedQuery } from '@gatehouse/database';
import type { WrittenScript } from './written-script.ts';

/** Longer paths name no file of any system. */
const LONGEST_PATH = 4096;

export async function writeScripts(
  query: FeedQuery,
  server: string,
  scripts: readonly WrittenScript[],
): Promise<void> {
  const told = scripts.filter(({ path }) => path.length <= LONGEST_PATH);
  // PostgreSQL holds no such character in a text, and no shell runs one.
  const clean = (text: string) => text.replaceAll('\0', '').toWellFormed();
  await query(
    `insert into session_scripts (root_session_id, path, text, server)
       select * , $4::uuid from unnest($1::text[], $2::text[], $3::text[])
     on conflict (root_session_id, path) do update
       set text = excluded.text, server = excluded.server, written_at = clock_timestamp()`,
    [
      told.map(({ rootSessionId }) => rootSessionId),
      told.map(({ path }) => clean(path)),
      told.map(({ text }) => clean(text)),
      server,
    ],
  );
}

/** What other servers wrote down within the last `seconds`, oldest first. */
export async function scriptsOfOthers(
  query: FeedQuery,
  server: string,
  seconds: number,
): Promise<readonly WrittenScript[]> {
  const rows = await query<{ root_session_id: string; path: string; text: string }>(
    `select root_session_id, path, text from session_scripts
      where written_at > clock_timestamp() - $2 * interval '1 second' and server <> $1
      order by written_at limit 4096`,
    [server, seconds],
  );
  return rows.map(({ root_session_id: rootSessionId, path, text }) => ({ rootSessionId, path, text }));
}

export async function forgetScripts(query: FeedQuery, seconds: number): Promise<void> {
  await query(`delete from session_scripts where written_at < clock_timestamp() - $1 * interval '1 second'`, [
    seconds,
  ]);
}
