import type { User } from '../users/user.ts';
import type { OperatorProofs } from './operator-proofs.service.ts';
import type { SecondProof } from './second-proof.ts';

export interface LoginAttempt {
  /** Who the person says to be; null for nobody that we know. */
  readonly user: User | null;
  /** What the person gave beside the e-mail address. */
  readonly proof?: SecondProof;
}

/** What stands between an e-mail address and a session of its user. */
export abstract class LoginProof {
  /** @throws AppError `IDENTITY_PROOF_…` when the attempt does not prove who makes it */
  abstract check(attempt: LoginAttempt): Promise<void>;
}

/** Evaluation: whoever has the key folder logs in as any active user. */
export class NoProof extends LoginProof {
  override async check(): Promise<void> {}
}

/** Production: a local process is not an operator (threat T1), so an e-mail address alone opens nothing. */
export class OperatorLoginProof extends LoginProof {
  constructor(private readonly proofs: OperatorProofs) {
    super();
  }

  override check({ user, proof }: LoginAttempt): Promise<void> {
    return this.proofs.prove(proof, user?.id ?? null);
  }
}
