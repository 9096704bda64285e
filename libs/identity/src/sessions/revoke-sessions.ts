import type { JsonObject, RequestContext } from '@gatehouse/kernel';
import { Brackets, type EntityManager } from 'typeorm';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { SessionEntity } from './session.entity.ts';
import { LASTING_KINDS, type RevokedReason } from './session.ts';

export interface Revocation {
  readonly reason: RevokedReason;
  readonly actor: RequestContext;
  readonly action: string;
  readonly at: Date;
}

export interface Revoked {
  readonly ids: readonly string[];
  readonly events: readonly LifecycleEvent[];
}

/** Ends the sessions that are still live, and every live session that came from one of them. */
export async function revokeSessions(
  manager: EntityManager,
  ids: readonly string[],
  { reason, actor, action, at }: Revocation,
): Promise<Revoked> {
  if (ids.length === 0) return { ids: [], events: [] };
  const ended = await manager
    .createQueryBuilder()
    .update(SessionEntity)
    .set({
      revokedAt: at,
      revokedReason: () => "case when id = any(:ids) then :reason else 'root_revoked' end",
    })
    .where('revoked_at is null and expires_at > :at', { at })
    .andWhere(
      new Brackets((or) =>
        or.where('id = any(:ids)').orWhere('root_session_id = any(:ids)').orWhere('delegator_ids && :ids'),
      ),
    )
    .setParameters({ ids: [...ids], reason })
    .returning(['id', 'userId', 'revokedReason'])
    .execute();
  const rows = ended.raw as readonly { id: string; user_id: string; revoked_reason: string }[];
  return {
    ids: rows.map((row) => row.id),
    events: rows.map((row) => {
      const detail: JsonObject = { sessionId: row.id, userId: row.user_id, why: row.revoked_reason };
      return { event: 'session.revoked', actor, action, reason: 'The session was ended.', detail };
    }),
  };
}

/** Ends what a user's logins and agents hold; with `lasting`, what hook credentials and API keys hold too. */
export async function revokeSessionsOfUser(
  manager: EntityManager,
  userId: string,
  options: Revocation & { readonly lasting: boolean },
): Promise<Revoked> {
  const live = await manager
    .createQueryBuilder(SessionEntity, 's')
    .select('s.id', 'id')
    .where('s.userId = :userId and s.revokedAt is null and s.expiresAt > :at', { userId, at: options.at })
    .andWhere(options.lasting ? 'true' : 's.kind <> all(:lasting)', { lasting: [...LASTING_KINDS] })
    .getRawMany<{ id: string }>();
  return revokeSessions(
    manager,
    live.map((row) => row.id),
    options,
  );
}
