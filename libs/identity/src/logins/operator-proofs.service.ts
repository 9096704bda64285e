import { AuditLog } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, type RequestContext, type Secret } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { OperatorRequests } from '../operator-requests/operator-requests.service.ts';
import { anyPasskey } from '../passkeys/passkey.queries.ts';
import { OperatorPassphrase } from './operator-passphrase.service.ts';
import type { SecondProof } from './second-proof.ts';

/** The second proof of production (threat T1), in whichever way it is given. */
@Injectable()
export class OperatorProofs {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly dataSource: DataSource,
    private readonly passphrase: OperatorPassphrase,
    private readonly requests: OperatorRequests,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Resolves when it is the operator's passphrase, or was proven in a browser by that very user; null is a user that
   * nobody knows. @throws AppError `IDENTITY_PROOF_REQUIRED`, `IDENTITY_PROOF_WRONG`, what
   *   `OperatorPassphrase.prove` throws
   */
  async prove(proof: SecondProof | undefined, userId: string | null): Promise<void> {
    if (proof?.kind === 'browser') return this.requests.spend(proof.operatorRequestId, userId);
    return this.passphrase.prove(proof?.passphrase);
  }

  /**
   * `prove`, for a change that somebody who is logged in wants to make; a refusal is a row of theirs.
   * @throws AppError what `prove` throws
   */
  async confirm(proof: SecondProof | undefined, actor: RequestContext): Promise<void> {
    try {
      await this.prove(proof, actor.userId);
    } catch (error) {
      await this.audit.record({
        event: 'login.failed',
        context: actor,
        action: 'operator_proofs.confirm',
        decision: 'deny',
        policy: 'token_invalid',
        reason: "The operator's second proof was refused.",
        detail: { code: error instanceof AppError ? error.code : 'unknown' },
      });
      throw error;
    }
  }

  /**
   * Whether whoever comes first may set the passphrase: as long as there is none, and in production nobody who could
   * prove it otherwise. Else a process without a proof would give itself one.
   */
  async isOpen(): Promise<boolean> {
    if (this.passphrase.isSet) return false;
    return this.configuration.profile.mode === 'evaluation' || !(await anyPasskey(this.dataSource));
  }

  /**
   * Sets the first passphrase, or replaces it; a row before it happens. Needs a second proof unless `isOpen`.
   * @throws AppError `IDENTITY_PASSPHRASE_WEAK`, what `prove` throws
   */
  async setPassphrase(
    next: Secret<string>,
    proof: SecondProof | undefined,
    actor: RequestContext,
  ): Promise<void> {
    if (!this.passphrase.mayBe(next)) throw identityError('IDENTITY_PASSPHRASE_WEAK');
    const replaced = this.passphrase.isSet;
    if (!(await this.isOpen())) await this.confirm(proof, actor);
    await this.audit.record({
      event: 'credential.rotated',
      context: actor,
      action: 'operator_passphrase.set',
      decision: 'allow',
      policy: 'not_applicable',
      reason: replaced ? 'The operator passphrase was replaced.' : 'The operator passphrase was set.',
      detail: { credential: 'operator_passphrase', replaced },
    });
    await this.passphrase.write(next);
  }
}
