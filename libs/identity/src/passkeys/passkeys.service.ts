import { randomBytes } from 'node:crypto';
import { AuditLog, systemContext } from '@gatehouse/audit';
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
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { displayNameOf } from '../users/user-input.ts';
import { Users } from '../users/users.service.ts';
import { challengeOf } from './challenge-of.ts';
import {
  addChallenge,
  deletePasskey,
  insertPasskey,
  lockPasskey,
  passkeysOf,
  takeChallenge,
  usePasskey,
} from './passkey.queries.ts';
import type { Passkey } from './passkey.ts';

const CHALLENGE_MS = 5 * 60 * 1000;
/** Somebody who has just proven who they are, and not whoever found a browser open, adds a passkey. */
const FRESH_LOGIN_MS = 10 * 60 * 1000;
const PASSKEYS_OF_USER = 10;

/**
 * Passkeys (WebAuthn): bound to the public URL's host, always with user verification, found by the authenticator
 * itself, so that nobody is asked for an address and nothing tells who exists.
 */
@Injectable()
export class Passkeys {
  readonly #origin: string;
  readonly #host: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly browserSessions: BrowserSessions,
    private readonly changes: RecordedChanges,
    private readonly audit: AuditLog,
    private readonly clock: TokenClock,
    audiences: TokenAudiences,
  ) {
    this.#origin = audiences.issuer;
    this.#host = new URL(audiences.issuer).hostname;
  }

  /** What a browser is asked in order to make one. @throws AppError `IDENTITY_LOGIN_STALE`, `IDENTITY_PASSKEYS_FULL` */
  async registrationOptions({ principal }: BrowserSession): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const user = await this.users.get(principal.userId);
    await this.#requireFresh(principal.sessionId);
    const known = await passkeysOf(this.dataSource, user.id);
    if (known.length >= PASSKEYS_OF_USER) throw identityError('IDENTITY_PASSKEYS_FULL');
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    return generateRegistrationOptions({
      rpName: 'Gatehouse',
      rpID: this.#host,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: user.email,
      userDisplayName: user.displayName,
      challenge: await this.#challenge(principal.sessionId),
      attestationType: 'none',
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** @throws AppError `IDENTITY_PASSKEY_REFUSED`, `IDENTITY_LOGIN_STALE`, `IDENTITY_DISPLAY_NAME_INVALID` */
  async register(
    session: BrowserSession,
    name: string,
    response: RegistrationResponseJSON,
  ): Promise<Passkey> {
    const { principal } = session;
    await this.#requireFresh(principal.sessionId);
    const challenge = challengeOf(response);
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const verified = await orRefused(
      verifyRegistrationResponse({ response, ...this.#expected(challenge), requireUserVerification: true }),
    );
    if (!verified.verified) throw identityError('IDENTITY_PASSKEY_REFUSED');
    const { credential } = verified.registrationInfo;
    const actor = sessionContext(await this.sessions.get(principal.sessionId), principal.role);
    return this.changes.make(async (manager) => {
      const createdAt = new Date(this.clock.now());
      if (!(await takeChallenge(manager, challenge, principal.sessionId, createdAt))) {
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
  async loginOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const challenge = await this.#challenge(null);
    return generateAuthenticationOptions({ rpID: this.#host, challenge, userVerification: 'required' });
  }

  /** @throws AppError `IDENTITY_PASSKEY_REFUSED`, whatever is wrong with the passkey, its answer or its user */
  async login(response: AuthenticationResponseJSON): Promise<OpenedBrowserSession> {
    try {
      const challenge = challengeOf(response);
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
      return await this.browserSessions.open('passkey', async (manager, now) => {
        if (!(await takeChallenge(manager, challenge, null, now)))
          throw identityError('IDENTITY_PASSKEY_REFUSED');
        const passkey = await lockPasskey(manager, String(response.id));
        if (passkey === null) throw identityError('IDENTITY_PASSKEY_REFUSED');
        const { id, publicKey, counter } = passkey;
        const { verified, authenticationInfo } = await orRefused(
          verifyAuthenticationResponse({
            response,
            ...this.#expected(challenge),
            credential: { id, publicKey: Uint8Array.from(publicKey), counter },
            requireUserVerification: true,
          }),
        );
        if (!verified) throw identityError('IDENTITY_PASSKEY_REFUSED');
        await usePasskey(manager, id, authenticationInfo.newCounter, now);
        return { userId: passkey.userId };
      });
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

  async #challenge(sessionId: string | null): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = Uint8Array.from(randomBytes(32));
    const now = new Date(this.clock.now());
    const until = new Date(now.getTime() + CHALLENGE_MS);
    const challenge = Buffer.from(bytes).toString('base64url');
    await addChallenge(this.dataSource, { challenge, sessionId, now, until });
    return bytes;
  }

  #expected(challenge: string) {
    return { expectedChallenge: challenge, expectedOrigin: this.#origin, expectedRPID: this.#host };
  }

  async #requireFresh(sessionId: string): Promise<void> {
    const { createdAt } = await this.sessions.get(sessionId);
    if (this.clock.now() - createdAt.getTime() > FRESH_LOGIN_MS) throw identityError('IDENTITY_LOGIN_STALE');
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

/** Whatever the library finds wrong is one refusal: what it says may quote the answer. */
async function orRefused<T>(verification: Promise<T>): Promise<T> {
  try {
    return await verification;
  } catch {
    throw identityError('IDENTITY_PASSKEY_REFUSED');
  }
}
