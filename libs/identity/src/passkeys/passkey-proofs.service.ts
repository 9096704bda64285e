import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { DataSource, type EntityManager } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { challengeOf } from './challenge-of.ts';
import {
  addChallenge,
  type ChallengeScope,
  lockPasskey,
  takeChallenge,
  usePasskey,
} from './passkey.queries.ts';

const CHALLENGE_MS = 5 * 60 * 1000;

/**
 * Challenges, and the proof that somebody holds a passkey: of the public URL's host, always with user verification,
 * for the one thing that the challenge was made for.
 */
@Injectable()
export class PasskeyProofs {
  readonly #origin: string;
  readonly #host: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: TokenClock,
    audiences: TokenAudiences,
  ) {
    this.#origin = audiences.issuer;
    this.#host = new URL(audiences.issuer).hostname;
  }

  /** The host that passkeys are bound to. */
  get host(): string {
    return this.#host;
  }

  /** Good once, for five minutes, within its scope. */
  async challenge(scope: ChallengeScope): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = Uint8Array.from(randomBytes(32));
    const now = new Date(this.clock.now());
    const until = new Date(now.getTime() + CHALLENGE_MS);
    const challenge = Buffer.from(bytes).toString('base64url');
    await addChallenge(this.dataSource, { challenge, scope, now, until });
    return bytes;
  }

  /** What a browser is asked: the same for everybody, since the authenticator itself knows whose passkeys it has. */
  async options(scope: ChallengeScope): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const challenge = await this.challenge(scope);
    return generateAuthenticationOptions({ rpID: this.#host, challenge, userVerification: 'required' });
  }

  /** Uses the challenge up and says whose passkey answered it. @throws AppError `IDENTITY_PASSKEY_REFUSED` */
  async verify(
    manager: EntityManager,
    response: AuthenticationResponseJSON,
    scope: ChallengeScope,
    now: Date,
  ): Promise<{ readonly userId: string }> {
    const challenge = challengeOf(response);
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    if (!(await takeChallenge(manager, challenge, scope, now)))
      throw identityError('IDENTITY_PASSKEY_REFUSED');
    const passkey = await lockPasskey(manager, String(response.id));
    if (passkey === null) throw identityError('IDENTITY_PASSKEY_REFUSED');
    const { id, publicKey, counter } = passkey;
    const { verified, authenticationInfo } = await orRefused(
      verifyAuthenticationResponse({
        response,
        ...this.expected(challenge),
        credential: { id, publicKey: Uint8Array.from(publicKey), counter },
        requireUserVerification: true,
      }),
    );
    if (!verified) throw identityError('IDENTITY_PASSKEY_REFUSED');
    await usePasskey(manager, id, authenticationInfo.newCounter, now);
    return { userId: passkey.userId };
  }

  expected(challenge: string) {
    return { expectedChallenge: challenge, expectedOrigin: this.#origin, expectedRPID: this.#host };
  }
}

/** Whatever the library finds wrong is one refusal: what it says may quote the answer. */
export async function orRefused<T>(verification: Promise<T>): Promise<T> {
  try {
    return await verification;
  } catch {
    throw identityError('IDENTITY_PASSKEY_REFUSED');
  }
}
