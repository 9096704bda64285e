import { WrittenTexts } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { isCorrelationId, type RequestContext, type Secret } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CredentialTags } from '../credentials/credential-tags.ts';
import { hashOf } from '../credentials/opaque-text.ts';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import { identityError } from '../identity-error.ts';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { openSession } from '../sessions/open-session.ts';
import { revokeSessions } from '../sessions/revoke-sessions.ts';
import { SessionEntity, sessionOf } from '../sessions/session.entity.ts';
import { isLive, type Session } from '../sessions/session.ts';
import { Sessions } from '../sessions/sessions.service.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { displayNameOf } from '../users/user-input.ts';
import { ApiKeyEntity } from './api-key.entity.ts';
import { type ApiKey, apiKeyPrefix, newApiKeyText } from './api-key.ts';
import { keyScopes } from './api-key-scopes.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Live ones of a user, and how long one lasts: 90 days where nothing else is asked for. */
export const API_KEY_LIMITS = { liveForUser: 20, maxDays: 365, defaultDays: 90 } as const;

export interface NewApiKey {
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** 1 to 365; 90 where it is left out. */
  readonly days?: number;
  readonly actor?: RequestContext;
}

export interface IssuedApiKey {
  readonly key: ApiKey;
  /** Shown once. */
  readonly text: Secret<string>;
}

/** Issues, lists, rotates and revokes API keys. A revoked one is refused within a second, everywhere. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly sessions: Sessions,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
    private readonly tags: CredentialTags,
    private readonly texts: WrittenTexts,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * @throws AppError `IDENTITY_SCOPE_INVALID`, `IDENTITY_KEY_DAYS_INVALID`, `IDENTITY_API_KEYS_FULL` at 20 live ones,
   *   `IDENTITY_DISPLAY_NAME_INVALID`, `IDENTITY_TEXT_HOLDS_CREDENTIAL`, `IDENTITY_USER_UNKNOWN`, `IDENTITY_USER_INACTIVE`
   */
  async issue(request: NewApiKey): Promise<IssuedApiKey> {
    const { userId, actor, days = API_KEY_LIMITS.defaultDays } = request;
    if (this.texts.holdCredential(request.name)) throw identityError('IDENTITY_TEXT_HOLDS_CREDENTIAL');
    const wanted = {
      userId,
      actor,
      name: displayNameOf(request.name),
      scopes: keyScopes(request.scopes, this.configuration.services.mcpServers.keys()),
      lengthMs: lengthOf(days),
      action: 'api_keys.issue',
    };
    return this.changes.make(async (manager) => {
      const { issued, events } = await this.#insert(manager, wanted);
      return { result: issued, events };
    });
  }

  /**
   * A new text for a live key, with its name, scopes and the rest of its time; the old one is refused from then on.
   * @throws AppError `IDENTITY_API_KEY_UNKNOWN`
   */
  async rotate(id: string, { actor }: { actor?: RequestContext } = {}): Promise<IssuedApiKey> {
    const old = await this.get(id);
    const nowMs = this.clock.now();
    if (!isLive(old.session, nowMs) || old.session.scopes === null)
      throw identityError('IDENTITY_API_KEY_UNKNOWN');
    const { userId, scopes, expiresAt } = old.session;
    const wanted = { userId, actor, name: old.name, scopes, lengthMs: expiresAt.getTime() - nowMs };
    const action = 'api_keys.rotate';
    const { issued, ended } = await this.changes.make(async (manager) => {
      const by = { reason: 'operator', action, at: new Date(nowMs) } as const;
      const made = await this.#insert(manager, { ...wanted, action }, old.id);
      const revoked = await revokeSessions(manager, [old.id], { ...by, actor: made.actor });
      if (revoked.ids.length === 0) throw identityError('IDENTITY_API_KEY_UNKNOWN');
      return {
        result: { issued: made.issued, ended: revoked.ids },
        events: [rotated(made.actor, old, made.issued.key), ...made.events, ...revoked.events],
      };
    });
    this.memory.forget(ended);
    return issued;
  }

  /** Newest first, ended ones too: of one user, or of all. */
  async list(filter: { userId?: string; live?: boolean } = {}): Promise<readonly ApiKey[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(ApiKeyEntity, 'k')
      .innerJoinAndMapOne('k.session', SessionEntity, 's', 's.id = k.id')
      .orderBy('k.id', 'DESC')
      .take(200);
    if (filter.userId !== undefined) query.andWhere('s.userId = :userId', { userId: filter.userId });
    if (filter.live === true) {
      query.andWhere('s.revokedAt is null and s.expiresAt > :now', { now: new Date(this.clock.now()) });
    }
    return (await query.getMany()).map((row) => keyOf(row as ApiKeyEntity & { session: SessionEntity }));
  }

  /** @throws AppError `IDENTITY_API_KEY_UNKNOWN` */
  async get(id: string): Promise<ApiKey> {
    const found = isCorrelationId(id)
      ? await this.dataSource.manager.findOneBy(ApiKeyEntity, { id: id as Session['id'] })
      : null;
    if (found === null) throw identityError('IDENTITY_API_KEY_UNKNOWN');
    const { name } = found;
    return Object.freeze({
      id: found.id,
      name,
      prefix: apiKeyPrefix(id),
      session: await this.sessions.get(id),
    });
  }

  /** @throws AppError `IDENTITY_API_KEY_UNKNOWN` */
  async revoke(id: string, options: { actor?: RequestContext } = {}): Promise<ApiKey> {
    await this.get(id);
    await this.sessions.revoke(id, { ...options, reason: 'operator' });
    return this.get(id);
  }

  async #insert(
    manager: EntityManager,
    wanted: {
      userId: string;
      actor: RequestContext | undefined;
      name: string;
      scopes: readonly string[];
      lengthMs: number;
      action: string;
    },
    replaces?: string,
  ) {
    const { name, ...rest } = wanted;
    const nowMs = this.clock.now();
    const opening = { ...rest, clientId: 'api-key', kind: 'key' } as const;
    const { session, actor, events } = await openSession(manager, opening, nowMs);
    await this.#refuseMore(manager, session, replaces);
    const text = newApiKeyText(session.id, this.tags);
    await manager.insert(ApiKeyEntity, { id: session.id, hash: hashOf(text.reveal()), name });
    const key = Object.freeze({ id: session.id, name, prefix: apiKeyPrefix(session.id), session });
    return { issued: { key, text }, actor, events };
  }

  async #refuseMore(manager: EntityManager, { userId }: Session, replaces = ''): Promise<void> {
    const live = await manager
      .createQueryBuilder(SessionEntity, 's')
      .where("s.userId = :userId and s.kind = 'key' and s.revokedAt is null and s.expiresAt > :now", {
        userId,
        now: new Date(this.clock.now()),
      })
      .andWhere('s.id <> :replaces', { replaces })
      .getCount();
    if (live > API_KEY_LIMITS.liveForUser) throw identityError('IDENTITY_API_KEYS_FULL');
  }
}

function lengthOf(days: number): number {
  if (!Number.isInteger(days) || days < 1 || days > API_KEY_LIMITS.maxDays) {
    throw identityError('IDENTITY_KEY_DAYS_INVALID');
  }
  return days * DAY_MS;
}

function rotated(actor: RequestContext, old: ApiKey, key: ApiKey): LifecycleEvent {
  const detail = { credential: 'api_key', keyId: key.id, replaces: old.id, userId: key.session.userId };
  const reason = 'An API key was replaced by a new one.';
  return { event: 'credential.rotated', actor, action: 'api_keys.rotate', reason, detail };
}

function keyOf({ id, name, session }: ApiKeyEntity & { session: SessionEntity }): ApiKey {
  return Object.freeze({ id, name, prefix: apiKeyPrefix(id), session: sessionOf(session) });
}
