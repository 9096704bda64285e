import {
  type AgentConfig,
  CONFIGURATION,
  type Configuration,
  GovernancePolicies,
  givesAgent,
} from '@gatehouse/config';
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

export interface Delegation {
  readonly forceNew?: boolean;
  readonly actor?: RequestContext;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** The agents of `services/agents` as principals. An agent acts in a session of its own that ends with its user's. */
@Injectable()
export class Agents {
  readonly #agents: ReadonlyMap<string, AgentConfig>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
    private readonly policies: GovernancePolicies,
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

  /**
   * Whether users like this one may use the agent, by its own file and by `roles.yaml`.
   * @throws AppError `IDENTITY_AGENT_UNKNOWN`, `IDENTITY_AGENT_DISABLED`, `IDENTITY_AGENT_NOT_ALLOWED`
   */
  permit(id: string, user: { readonly role: Role; readonly department: string | null }): AgentConfig {
    const agent = this.get(id);
    const objection = objectionTo(agent, user.role);
    if (objection !== undefined) throw identityError(OBJECTIONS[objection]);
    if (!givesAgent(this.policies.current().roles, user, id))
      throw identityError('IDENTITY_AGENT_NOT_ALLOWED');
    return agent;
  }

  /**
   * The session in which an agent acts for the user of `parent`: the live one that there is, else a new one that ends
   * with it. A parent that is itself an agent's hands on what it was given, at most four agents deep (threat T19).
   * `scopes` are at most the parent's; `clientId` is whoever acts as the agent, where that is not the parent's client.
   * @throws AppError as `permit`, `IDENTITY_AGENT_NESTED`, `IDENTITY_DELEGATION_DEEP`, `IDENTITY_SCOPE_EXCEEDED`, and
   *   what opening one throws
   */
  async openSession(parent: Session, id: string, options: Delegation = {}): Promise<Session> {
    const user = await this.dataSource.manager.findOneBy(UserEntity, { id: parent.userId });
    if (user === null) throw identityError('IDENTITY_USER_UNKNOWN');
    this.permit(id, user);
    const scopes = options.scopes ?? parent.scopes;
    if (parent.scopes !== null && scopes?.some((one) => !parent.scopes?.includes(one)) === true) {
      throw identityError('IDENTITY_SCOPE_EXCEEDED');
    }
    const clientId = options.clientId ?? parent.clientId;
    const like = { agentId: id, clientId, scopes };
    const existing = options.forceNew === true ? null : await this.#liveSession(parent, like);
    if (existing !== null) return existing;
    const opened = await this.changes.make(async (manager) => {
      const wanted = {
        userId: parent.userId,
        clientId,
        scopes,
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

  async #liveSession(
    parent: Session,
    like: { agentId: string; clientId: string; scopes: readonly string[] | null },
  ): Promise<Session | null> {
    const delegators = parent.kind === 'agent' ? [...parent.delegatorIds, parent.id] : [];
    const found = await this.dataSource.manager
      .createQueryBuilder(SessionEntity, 's')
      .innerJoin(SessionEntity, 'r', 'r.id = s.rootSessionId and r.revokedAt is null')
      .where('s.rootSessionId = :root and s.agentId = :agentId and s.clientId = :clientId', {
        ...like,
        root: parent.rootSessionId,
      })
      .andWhere('s.delegatorIds = :delegators and s.scopes is not distinct from :scopes', {
        delegators,
        scopes: like.scopes,
      })
      .andWhere('s.revokedAt is null and s.expiresAt > :now', { now: new Date(this.clock.now()) })
      .orderBy('s.id', 'DESC')
      .getOne();
    return found === null ? null : sessionOf(found);
  }
}
