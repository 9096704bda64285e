import type { PolicyChange } from '@gatehouse/config';
import type { FeedQuery } from '@gatehouse/database';
import type { AppliedPolicy, NewAppliedPolicy } from './applied-policy.ts';

export interface PolicyApproval {
  readonly userId: string;
  readonly at: Date;
}

export interface PendingPolicy {
  readonly version: string;
  readonly previousVersion: string;
  readonly files: readonly string[];
  readonly seenAt: Date;
}

export async function latestApplied(query: FeedQuery): Promise<AppliedPolicy | null> {
  const [row] = await query<AppliedPolicy>(`
    select id::text, version, previous_version as "previousVersion", kind, user_id as "userId", reason, at,
           reverts_at as "revertsAt", coalesce(reverts_at <= now(), false) as expired
      from policy_applications order by policy_applications.id desc limit 1`);
  return row ?? null;
}

/** False where that break-glass has been reverted already. */
export async function insertApplied(query: FeedQuery, applied: NewAppliedPolicy): Promise<boolean> {
  const rows = await query(
    `insert into policy_applications
       (version, previous_version, kind, user_id, session_id, reason, reverts_at, reverts)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => $7), $8)
     on conflict (reverts) do nothing returning id`,
    [
      applied.version,
      applied.previousVersion,
      applied.kind,
      applied.by?.userId ?? null,
      applied.by?.sessionId ?? null,
      applied.reason ?? null,
      applied.revertsAfterMinutes ?? null,
      applied.reverts ?? null,
    ],
  );
  return rows.length === 1;
}

/** Whether the change was not known yet. */
export async function insertPending(query: FeedQuery, change: PolicyChange): Promise<boolean> {
  const rows = await query(
    `insert into policy_pending as p (version, previous_version, files, diff) values ($1, $2, $3, $4)
     on conflict (version) do update
       set previous_version = excluded.previous_version, files = excluded.files, diff = excluded.diff, seen_at = now()
     where p.previous_version <> excluded.previous_version
     returning version`,
    [change.version, change.previousVersion, change.files, change.diff],
  );
  return rows.length === 1;
}

/** The change is not in the files any more; who stood by it still does, should it come back. */
export async function forgetPending(query: FeedQuery, version: string): Promise<void> {
  await query('delete from policy_pending where version = $1', [version]);
}

/** The change is in force. */
export async function deletePending(query: FeedQuery, version: string): Promise<void> {
  await query('delete from policy_pending where version = $1', [version]);
  await query('delete from policy_approvals where version = $1', [version]);
}

export function listPending(query: FeedQuery): Promise<readonly PendingPolicy[]> {
  return query<PendingPolicy>(`
    select version, previous_version as "previousVersion", files, seen_at as "seenAt"
      from policy_pending order by seen_at desc limit 20`);
}

/** Good for a day, and for the change from this very policy to that one. */
export function listApprovals(
  query: FeedQuery,
  change: { readonly version: string; readonly previousVersion: string },
): Promise<readonly PolicyApproval[]> {
  return query<PolicyApproval>(
    `select user_id as "userId", at from policy_approvals
      where version = $1 and previous_version = $2 and at > now() - interval '1 day' order by at limit 20`,
    [change.version, change.previousVersion],
  );
}

export async function insertApproval(
  query: FeedQuery,
  change: { readonly version: string; readonly previousVersion: string },
  by: { readonly userId: string; readonly sessionId: string },
): Promise<void> {
  const values = [change.version, change.previousVersion, by.userId];
  await query(
    'delete from policy_approvals where version = $1 and previous_version = $2 and user_id = $3',
    values,
  );
  await query(
    'insert into policy_approvals (version, previous_version, user_id, session_id) values ($1, $2, $3, $4)',
    [...values, by.sessionId],
  );
}

/** How many servers run on this database, but for the one whose feed asks. */
export async function otherServers(query: FeedQuery): Promise<number> {
  const rows = await query(`
    select from pg_stat_activity
     where datname = current_database() and application_name = 'gatehouse change feed'
       and pid <> pg_backend_pid() limit 2`);
  return rows.length;
}
