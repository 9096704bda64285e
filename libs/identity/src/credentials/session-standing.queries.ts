import { isRole } from '@gatehouse/kernel';
import type { Pool } from 'pg';
import type { SessionStanding } from './session-standing.ts';

const STANDING = {
  name: 'identity_session_standing',
  text: `
    select s.id as "sessionId", s.root_session_id as "rootSessionId", s.user_id as "userId",
           s.client_id as "clientId", s.agent_id as "agentId", s.actors, s.scopes,
           s.revoked_token_ids as "revokedTokenIds", s.kind, u.role, u.department,
           u.status = 'active' as "userActive",
           s.revoked_at is not null or r.revoked_at is not null or s.delegator_ids <> '{}' and exists (
             select from sessions d where d.id = any(s.delegator_ids) and d.revoked_at is not null) as revoked,
           (extract(epoch from least(s.expires_at, r.expires_at)) * 1000)::float8 as "expiresAtMs",
           (extract(epoch from s.last_used_at) * 1000)::float8 as "lastUsedAtMs",
           coalesce(h.hash, b.hash, k.hash) as "credentialHash", b.proof as "browserProof",
           h.device_id as "hookDeviceId", h.settings_hash as "hookSettingsHash"
      from sessions s
      join sessions r on r.id = s.root_session_id
      join users u on u.id = s.user_id
      left join hook_credentials h on h.id = s.id
      left join browser_sessions b on b.id = s.id
      left join api_keys k on k.id = s.id
     where s.id = any($1::text[])`,
};

const TOUCH = {
  name: 'identity_session_touch',
  text: 'update sessions set last_used_at = $2 where id = any($1::text[]) and last_used_at < $2',
};

/** How sessions stand now, by id. */
export async function findStandings(
  pool: Pool,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SessionStanding>> {
  const { rows } = await pool.query<SessionStanding>({ ...STANDING, values: [ids] });
  const known = rows.filter((row) => isRole(row.role));
  return new Map(known.map((row) => [row.sessionId, Object.freeze(row)]));
}

export async function touchSessions(pool: Pool, ids: readonly string[], usedAt: Date): Promise<void> {
  await pool.query({ ...TOUCH, values: [ids, usedAt] });
}
