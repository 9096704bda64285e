import type { FeedQuery } from '@gatehouse/database';
import type { LockoutRule } from './lockout-rule.ts';

/** `named`: in arguments (threat T29). `guessed`: through a tool that says them back (threat T12). */
export type OwnSecretTry = 'named' | 'guessed';

/** One more of a root session, at whichever server; true when that is the last it takes. */
export async function noteTry(
  query: FeedQuery,
  kind: OwnSecretTry,
  rootSessionId: string,
  { most, seconds }: LockoutRule,
): Promise<boolean> {
  const [noted] = await query<{ locks: boolean }>(
    `insert into own_secret_tries as t (kind, root_session_id, at) values ($1, $2, array[clock_timestamp()])
     on conflict (kind, root_session_id) do update set (at, locked_until, noted_at) = (
       select case when cardinality(own.recent) < $3 then own.recent else '{}' end,
         case when cardinality(own.recent) < $3 then t.locked_until
           else clock_timestamp() + $4 * interval '1 second' end,
         clock_timestamp()
       from (select array(select tried from unnest(t.at) as tried
           where tried > clock_timestamp() - $4 * interval '1 second') || clock_timestamp() as recent) as own)
     returning cardinality(at) = 0 as locks`,
    [kind, rootSessionId, most, seconds],
  );
  return noted?.locks === true;
}

/** The root sessions that are locked by now, and for how many milliseconds more. */
export async function lockedSessions(
  query: FeedQuery,
): Promise<readonly { readonly rootSessionId: string; readonly forMs: number }[]> {
  const rows = await query<{ root_session_id: string; ms: number }>(
    `select root_session_id, extract(epoch from locked_until - clock_timestamp())::float8 * 1000 as ms
       from own_secret_tries where kind = 'named' and locked_until > clock_timestamp()
      order by locked_until desc limit 4096`,
  );
  return rows.map(({ root_session_id: rootSessionId, ms }) => ({ rootSessionId, forMs: ms }));
}

/** What neither counts nor locks any more. */
export async function forgetTries(query: FeedQuery, { seconds }: LockoutRule): Promise<void> {
  await query(
    `delete from own_secret_tries where noted_at < clock_timestamp() - $1 * interval '1 second'
       and (locked_until is null or locked_until < clock_timestamp())`,
    [seconds],
  );
}
