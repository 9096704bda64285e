import {
  type AgentId,
  type ClientId,
  isCorrelationId,
  newId,
  type RequestContext,
  type SessionId,
} from '@gatehouse/kernel';
import { type EntityManager, MoreThan } from 'typeorm';
import { identityError } from '../identity-error.ts';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { sessionContext } from '../lifecycle/session-context.ts';
import { UserEntity } from '../users/user.entity.ts';
import { revokeSessions } from './revoke-sessions.ts';
import { SessionEntity, sessionOf } from './session.entity.ts';
import { isLive, LASTING_KINDS, type Session } from './session.ts';
import { MAX_ACTORS, SESSION_LIMITS } from './session-limits.ts';

export interface NewSession {
  readonly userId: string;
  readonly clientId: string;
  readonly action: string;
  readonly lengthMs: number;
  readonly kind: Session['kind'];
  readonly agentId?: string;
  readonly scopes?: readonly string[] | null;
  /** The session that an agent's session comes from: the user's, or that of the agent which hands on. */
  readonly parent?: Session;
  /** Who asked; the new session itself where nobody else did. */
  readonly actor?: RequestContext | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  readonly user: UserEntity;
  readonly actor: RequestContext;
  readonly revokedIds: readonly string[];
  readonly events: readonly LifecycleEvent[];
}

/**
 * Opens a session inside a transaction. The user's row is locked first, so that limits hold and a change of the
 * user at the same moment either ends the new session or refuses it.
 */
export async function openSession(
  manager: EntityManager,
  wanted: NewSession,
  nowMs: number,
): Promise<OpenedSession> {
  if (!isCorrelationId(wanted.clientId)) throw identityError('IDENTITY_CLIENT_INVALID');
  if (!isCorrelationId(wanted.userId)) throw identityError('IDENTITY_USER_UNKNOWN');
  const user = await manager.findOne(UserEntity, {
    where: { id: wanted.userId as UserEntity['id'] },
    lock: { mode: 'pessimistic_write' },
  });
  if (user === null) throw identityError('IDENTITY_USER_UNKNOWN');
  if (user.status !== 'active') throw identityError('IDENTITY_USER_INACTIVE');
  await refuseHaste(manager, user, nowMs);
  const root = wanted.parent === undefined ? null : await liveParent(manager, wanted.parent, nowMs);
  const entity = newEntity(user, wanted, root, nowMs);
  const actor = wanted.actor ?? sessionContext(entity, user.role);
  const evicted = LASTING_KINDS.includes(wanted.kind)
    ? { ids: [], events: [] }
    : await makeRoom(manager, entity, { actor, action: wanted.action, at: entity.createdAt });
  await manager.insert(SessionEntity, entity);
  const created: LifecycleEvent = {
    event: 'session.created',
    actor,
    action: wanted.action,
    reason: 'A session was opened.',
    detail: {
      sessionId: entity.id,
      rootSessionId: entity.rootSessionId,
      userId: user.id,
      agentId: entity.agentId,
      kind: entity.kind,
    },
  };
  const events = [...evicted.events, created];
  return { session: sessionOf(entity), user, actor, revokedIds: evicted.ids, events };
}

function newEntity(user: UserEntity, wanted: NewSession, root: Session | null, nowMs: number): SessionEntity {
  const id = newId<SessionId>();
  const endMs = nowMs + wanted.lengthMs;
  return Object.assign(new SessionEntity(), {
    id,
    rootSessionId: root?.rootSessionId ?? id,
    userId: user.id,
    clientId: wanted.clientId as ClientId,
    agentId: (wanted.agentId as AgentId | undefined) ?? null,
    kind: wanted.kind,
    scopes: wanted.scopes === undefined || wanted.scopes === null ? null : [...wanted.scopes],
    actors: actorsOf(wanted, root),
    delegatorIds: root?.kind === 'agent' ? [...root.delegatorIds, root.id] : [],
    revokedTokenIds: [],
    createdAt: new Date(nowMs),
    lastUsedAt: new Date(nowMs),
    expiresAt: new Date(root === null ? endMs : Math.min(endMs, root.expiresAt.getTime())),
    revokedAt: null,
    revokedReason: null,
  });
}

function actorsOf({ kind, agentId }: NewSession, parent: Session | null): AgentId[] {
  return kind === 'agent' ? [...(parent?.actors ?? []), agentId as AgentId] : [];
}

async function liveParent(manager: EntityManager, parent: Session, nowMs: number): Promise<Session> {
  if (parent.kind === 'hook') throw identityError('IDENTITY_AGENT_NESTED');
  if (parent.actors.length >= MAX_ACTORS) throw identityError('IDENTITY_DELEGATION_DEEP');
  const stored = await manager.findOneBy(SessionEntity, { id: parent.id });
  if (stored === null) throw identityError('IDENTITY_SESSION_UNKNOWN');
  if (!isLive(stored, nowMs) || stored.userId !== parent.userId)
    throw identityError('IDENTITY_SESSION_ENDED');
  return stored;
}

async function refuseHaste(manager: EntityManager, user: UserEntity, nowMs: number): Promise<void> {
  const since = new Date(nowMs - SESSION_LIMITS.windowMs);
  const recent = await manager.countBy(SessionEntity, { userId: user.id, createdAt: MoreThan(since) });
  if (recent >= SESSION_LIMITS.newInWindow) throw identityError('IDENTITY_SESSION_RATE');
}

/** Ends the least recently used sessions so that the new one fits; never the one that it comes from. */
async function makeRoom(
  manager: EntityManager,
  opened: SessionEntity,
  by: { actor: RequestContext; action: string; at: Date },
) {
  const live = await manager
    .createQueryBuilder(SessionEntity, 's')
    .where('s.userId = :userId and s.revokedAt is null and s.expiresAt > :at', {
      userId: opened.userId,
      at: by.at,
    })
    .andWhere('s.kind <> all(:lasting)', { lasting: [...LASTING_KINDS] })
    .orderBy('s.lastUsedAt', 'ASC')
    .addOrderBy('s.id', 'ASC')
    .getMany();
  const surplus = live.length + 1 - SESSION_LIMITS.liveForUser;
  const ended = live
    .filter(({ id }) => id !== opened.rootSessionId && !opened.delegatorIds.includes(id))
    .slice(0, Math.max(0, surplus));
  return revokeSessions(
    manager,
    ended.map((one) => one.id),
    { ...by, reason: 'least_recently_used' },
  );
}
