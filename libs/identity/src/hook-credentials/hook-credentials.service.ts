import { isCorrelationId, type RequestContext, Secret } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Agents } from '../agents/agents.service.ts';
import { CredentialTags } from '../credentials/credential-tags.ts';
import { hashOf } from '../credentials/opaque-text.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { openSession } from '../sessions/open-session.ts';
import { SessionEntity, sessionOf } from '../sessions/session.entity.ts';
import type { Session } from '../sessions/session.ts';
import { Sessions } from '../sessions/sessions.service.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { HookAnswerKeys } from './hook-answer-keys.ts';
import { HookCredentialEntity } from './hook-credential.entity.ts';
import type { HookCredential } from './hook-credential.ts';
import { newHookCredentialText } from './hook-credential-text.ts';

const LENGTH_MS = 90 * 24 * 60 * 60 * 1000;
const LIVE_FOR_USER = 20;

export interface NewHookCredential {
  readonly userId: string;
  readonly clientId: string;
  readonly deviceId: string;
  readonly agentId?: string;
  /** Given for a client that reports the hash of its hooks' settings: only with this one is it answered allow. */
  readonly settingsHash?: string;
  readonly actor?: RequestContext;
}

/** Issues and revokes what clients' hooks authenticate with. The text is shown once; the database has its hash. */
@Injectable()
export class HookCredentials {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly sessions: Sessions,
    private readonly agents: Agents,
    private readonly clock: TokenClock,
    private readonly answerKeys: HookAnswerKeys,
    private readonly tags: CredentialTags,
  ) {}

  /**
   * `answerKey` is what the client knows the server's answers by; like the text it is shown once.
   * @throws AppError `IDENTITY_HOOK_CREDENTIALS_FULL` at 20 live ones of a user, `IDENTITY_CLIENT_INVALID`, what
   *   opening a session and naming an agent throw
   */
  async issue(request: NewHookCredential): Promise<{
    credential: HookCredential;
    text: Secret<string>;
    answerKey: Secret<Buffer>;
  }> {
    const { userId, clientId, deviceId, agentId, actor } = request;
    const settingsHash = request.settingsHash ?? null;
    if (!isCorrelationId(deviceId)) throw identityError('IDENTITY_CLIENT_INVALID');
    const wanted = {
      userId,
      clientId,
      actor,
      lengthMs: LENGTH_MS,
      kind: 'hook' as const,
      action: 'hook_credentials.issue',
      ...(agentId === undefined ? {} : { agentId }),
    };
    return this.changes.make(async (manager) => {
      const { session, user, events } = await openSession(manager, wanted, this.clock.now());
      if (agentId !== undefined) this.agents.permit(agentId, user);
      await this.#refuseMore(manager, session);
      const text = newHookCredentialText(session.id, this.tags);
      const hash = hashOf(text.reveal());
      await manager.insert(HookCredentialEntity, { id: session.id, hash, deviceId, settingsHash });
      const credential = Object.freeze({ id: session.id, deviceId, settingsHash, session });
      const answerKey = new Secret(this.answerKeys.of(session.id));
      return { result: { credential, text, answerKey }, events };
    });
  }

  /** Of a user, newest first, revoked and expired ones too. */
  async list(userId: string): Promise<readonly HookCredential[]> {
    const rows = await this.dataSource.manager
      .createQueryBuilder(HookCredentialEntity, 'h')
      .innerJoinAndMapOne('h.session', SessionEntity, 's', 's.id = h.id')
      .where('s.userId = :userId', { userId })
      .orderBy('h.id', 'DESC')
      .take(200)
      .getMany();
    return rows.map((row) => credentialOf(row as HookCredentialEntity & { session: SessionEntity }));
  }

  /** @throws AppError `IDENTITY_HOOK_CREDENTIAL_UNKNOWN` */
  async revoke(id: string, options: { actor?: RequestContext } = {}): Promise<void> {
    const known =
      isCorrelationId(id) &&
      (await this.dataSource.manager.existsBy(HookCredentialEntity, { id: id as Session['id'] }));
    if (!known) throw identityError('IDENTITY_HOOK_CREDENTIAL_UNKNOWN');
    await this.sessions.revoke(id, { ...options, reason: 'operator' });
  }

  async #refuseMore(manager: EntityManager, { userId }: Session): Promise<void> {
    const live = await manager
      .createQueryBuilder(SessionEntity, 's')
      .where('s.userId = :userId and s.revokedAt is null and s.expiresAt > :now', {
        userId,
        now: new Date(this.clock.now()),
      })
      .andWhere("s.kind = 'hook'")
      .getCount();
    if (live > LIVE_FOR_USER) throw identityError('IDENTITY_HOOK_CREDENTIALS_FULL');
  }
}

function credentialOf(entity: HookCredentialEntity & { session: SessionEntity }): HookCredential {
  const { id, deviceId, settingsHash, session } = entity;
  return Object.freeze({ id, deviceId, settingsHash, session: sessionOf(session) });
}
