import type { Secret } from '@gatehouse/kernel';
import { identityError } from '../identity-error.ts';
import type { User } from '../users/user.ts';

export interface LoginAttempt {
  readonly user: User;
  /** What the person gave beside the e-mail address. */
  readonly proof?: Secret<string>;
}

/** What stands between an e-mail address and a session of its user. */
export abstract class LoginProof {
  /** @throws AppError `IDENTITY_PROOF_REQUIRED` when the attempt does not prove who makes it */
  abstract check(attempt: LoginAttempt): Promise<void>;
}

/** Evaluation: whoever has the key folder logs in as any active user. */
export class NoProof extends LoginProof {
  override async check(): Promise<void> {}
}

/** Production: a local process is not an operator (threat T1), so an e-mail address alone opens nothing. */
export class ProofRequired extends LoginProof {
  override async check(): Promise<void> {
    throw identityError('IDENTITY_PROOF_REQUIRED');
  }
}
