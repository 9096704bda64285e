import { AuditLog, systemContext, WrittenTexts } from '@gatehouse/audit';
import {
  AppError,
  type ClientId,
  type JsonObject,
  type RequestContext,
  type UserId,
} from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { DataSource } from 'typeorm';
import type { BrowserSession } from '../browser-sessions/browser-session.ts';
import { BrowserSessions, type OpenedBrowserSession } from '../browser-sessions/browser-sessions.service.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { sessionContext } from '../lifecycle/session-context.ts';
import { Sessions } from '../sessions/sessions.service.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { displayNameOf } from '../users/user-input.ts';
import { Users } from '../users/users.service.ts';
import { challengeOf } from './challenge-of.ts';
import { deletePasskey, insertPasskey, passkeysOf, takeChallenge } from './passkey.queries.ts';
import type { Passkey } from './passkey.ts';
import { orRefused, PasskeyProofs } from './passkey-proofs.service.ts';

const PASSKEYS_OF_USER = 10;

/**
 * Passkeys (WebAuthn): bound to the public URL's host, always with user verification, found by the authenticator
 * itself, so that nobody is asked for an address and nothing tells who exists.
 */
@Injectable()
export class Passkeys {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly browserSessions: BrowserSessions,
    private readonly proofs: PasskeyProofs,
    private readonly changes: RecordedChanges,
    private readonly audit: AuditLog,
    private readonly clock: TokenClock,
    private readonly texts: WrittenTexts,
  ) {}

  /** What a browser is asked in order to make one. @throws AppError `IDENTITY_LOGIN_STALE`, `IDENTITY_PASSKEYS_FULL` */
  async registrationOptions({ principal }: BrowserSession): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const user = await this.users.get(principal.userId);
    await this.#requireFresh(principal.sessionId);
    const known = await passkeysOf(this.dataSource, user.id);
    if (known.length >= PASSKEYS_OF_USER) throw identityError('IDENTITY_PASSKEYS_FULL');
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    return generateRegistrationOptions({
      rpName: 'Gatehouse',
      rpID: this.proofs.host,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: user.email,
      userDisplayName: user.displayName,
      challenge: await this.proofs.challenge({ sessionId: principal.sessionId }),
      attestationType: 'none',
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** @throws AppError `IDENTITY_PASSKEY_REFUSED`, `IDENTITY_LOGIN_STALE`, `IDENTITY_DISPLAY_NAME_INVALID`, `IDENTITY_TEXT_HOLDS_CREDENTIAL` */
  async register(
    session: BrowserSession,
    name: string,
    response: RegistrationResponseJSON,
  ): Promise<Passkey> {
    const { principal } = session;
    await this.#requireFresh(principal.sessionId);
    if (this.texts.holdCredential(name)) throw identityError('IDENTITY_TEXT_HOLDS_CREDENTIAL');
    const challenge = challengeOf(response);
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const verified = await orRefused(
      verifyRegistrationResponse({
        response,
        ...this.proofs.expected(challenge),
        requireUserVerification: true,
      }),
    );
    if (!verified.verified) throw identityError('IDENTITY_PASSKEY_REFUSED');
    const { credential } = verified.registrationInfo;
    const actor = sessionContext(await this.sessions.get(principal.sessionId), principal.role);
    return this.changes.make(async (manager) => {
      const createdAt = new Date(this.clock.now());
      const scope = { sessionId: principal.sessionId };
      if (!(await takeChallenge(manager, challenge, scope, createdAt))) {
        throw identityError('IDENTITY_PASSKEY_REFUSED');
      }
      const passkey = {
        id: credential.id,
        userId: principal.userId,
        name: displayNameOf(name),
        createdAt,
        lastUsedAt: null,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
      };
      if (!(await insertPasskey(manager, passkey))) throw identityError('IDENTITY_PASSKEY_REFUSED');
      const reason = 'A passkey was added.';
      const detail = { credential: 'passkey', userId: principal.userId };
      return {
        result: passkey,
        events: [{ event: 'credential.rotated', actor, action: 'passkeys.register', reason, detail }],
      };
    });
  }

  /** What a browser is asked in order to log in: the same for everybody. */
  loginOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.proofs.options('login');
  }

  /** @throws AppError `IDENTITY_PASSKEY_REFUSED`, whatever is wrong with the passkey, its answer or its user */
  async login(response: AuthenticationResponseJSON): Promise<OpenedBrowserSession> {
    try {
      return await this.browserSessions.open('passkey', (manager, now) =>
        this.proofs.verify(manager, response, 'login', now),
      );
    } catch (error) {
      if (!(error instanceof AppError) || !REFUSED.includes(error.code)) throw error;
      await this.#recordRefusal({ code: error.code });
      throw identityError('IDENTITY_PASSKEY_REFUSED');
    }
  }

  list(userId: string): Promise<readonly Passkey[]> {
    return passkeysOf(this.dataSource, userId);
  }

  /** @throws AppError `IDENTITY_PASSKEY_UNKNOWN` */
  async remove(userId: string, id: string, actor: RequestContext): Promise<void> {
    await this.changes.make(async (manager) => {
      if (!(await deletePasskey(manager, id, userId))) throw identityError('IDENTITY_PASSKEY_UNKNOWN');
      const detail = { credential: 'passkey', userId };
      const reason = 'A passkey was removed.';
      return {
        result: undefined,
        events: [{ event: 'credential.rotated', actor, action: 'passkeys.remove', reason, detail }],
      };
    });
  }

  /** Somebody who has just proven who they are, and not whoever found a browser open, adds a passkey. */
  async #requireFresh(sessionId: string): Promise<void> {
    if (!(await this.browserSessions.isFresh(sessionId))) throw identityError('IDENTITY_LOGIN_STALE');
  }

  async #recordRefusal(detail: JsonObject): Promise<void> {
    await this.audit.record({
      event: 'login.failed',
      context: systemContext({
        userId: 'anonymous' as UserId,
        role: 'anonymous',
        clientId: 'browser' as ClientId,
      }),
      action: 'passkeys.login',
      decision: 'deny',
      policy: 'token_invalid',
      reason: 'The login was refused.',
      detail,
    });
  }
}

const REFUSED = ['IDENTITY_PASSKEY_REFUSED', 'IDENTITY_USER_INACTIVE', 'IDENTITY_USER_UNKNOWN'];
