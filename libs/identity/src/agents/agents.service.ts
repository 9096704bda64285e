import { type AgentConfig, CONFIGURATION, type Configuration } from '@gatehouse/config';
import type { RequestContext, Role } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { openSession } from '../sessions/open-session.ts';
import { SessionEntity, sessionOf } from '../sessions/session.entity.ts';
import type { Session } from '../sessions/session.ts';
import { SESSION_LIMITS } from '../sessions/session-limits.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { UserEntity } from '../users/user.entity.ts';
import { objectionTo } from './agent-permit.ts';

const OBJECTIONS = {
  disabled: 'IDENTITY_AGENT_DISABLED',
  not_allowed: 'IDENTITY_AGENT_NOT_ALLOWED',
} as const;

/** The agents of `services/agents` as principals. An agent acts in a session of its own that ends with its user's. */
@Injectable()
export class Agents {
  readonly #agents: ReadonlyMap<string, AgentConfig>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
    @Inject(CONFIGURATION) configuration: Configuration,
  ) {
    this.#agents = configuration.services.agents;
  }

  list(): readonly AgentConfig[] {
    return [...this.#agents.values()];
  }

  /** @throws AppError `IDENTITY_AGENT_UNKNOWN` */
  get(id: string): AgentConfig {
    const agent = this.#agents.get(id);
    if (agent === undefined) throw identityError('IDENTITY_AGENT_UNKNOWN');
    return agent;
  }

  /** @throws AppError `IDENTITY_AGENT_UNKNOWN`, `IDENTITY_AGENT_DISABLED`, `IDENTITY_AGENT_NOT_ALLOWED` */
  permit(id: string, role: Role): AgentConfig {
    const agent = this.get(id);
    const objection = objectionTo(agent, role);
    if (objection !== undefined) throw identityError(OBJECTIONS[objection]);
    return agent;
  }

  /**
   * The session in which an agent acts for the user of `parent`: the live one that there is, else a new one with
   * the parent as its root. @throws AppError as `permit`, `IDENTITY_AGENT_NESTED`, and what opening one throws
   */
  async openSession(
    parent: Session,
    id: string,
    options: { forceNew?: boolean; actor?: RequestContext } = {},
  ): Promise<Session> {
    const user = await this.dataSource.manager.findOneBy(UserEntity, { id: parent.userId });
    if (user === null) throw identityError('IDENTITY_USER_UNKNOWN');
    this.permit(id, user.role);
    const existing = options.forceNew === true ? null : await this.#liveSession(parent, id);
    if (existing !== null) return existing;
    const opened = await this.changes.make(async (manager) => {
      const wanted = {
        userId: parent.userId,
        clientId: parent.clientId,
        kind: 'agent' as const,
        agentId: id,
        parent,
        actor: options.actor,
        lengthMs: SESSION_LIMITS.lengthMs,
        action: 'agents.open_session',
      };
      const result = await openSession(manager, wanted, this.clock.now());
      return { result, events: result.events };
    });
    this.memory.forget(opened.revokedIds);
    return opened.session;
  }

  async #liveSession(parent: Session, agentId: string): Promise<Session | null> {
    const found = await this.dataSource.manager
      .createQueryBuilder(SessionEntity, 's')
      .innerJoin(SessionEntity, 'r', 'r.id = s.rootSessionId and r.revokedAt is null')
      .where('s.rootSessionId = :root and s.agentId = :agentId', { root: parent.id, agentId })
      .andWhere('s.revokedAt is null and s.expiresAt > :now', { now: new Date(this.clock.now()) })
      .orderBy('s.id', 'DESC')
      .getOne();
    return found === null ? null : sessionOf(found);
  }
}
