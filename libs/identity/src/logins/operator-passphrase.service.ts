import { AuditLog } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, type RequestContext, type Secret } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { PassphraseFile } from './passphrase-file.ts';

/** Attempts by all processes together; then it has to be waited for. */
export const PROOF_ATTEMPTS = { allowed: 5, withinSeconds: 60 } as const;

const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 1024;

/**
 * The operator's passphrase: what a local process that runs as the operator does not know (threat T1). Its Argon2id
 * hash lies in the key folder; attempts are counted in the database, over all processes.
 */
@Injectable()
export class OperatorPassphrase {
  readonly #file: PassphraseFile;

  constructor(
    @Inject(CONFIGURATION) { installation }: Configuration,
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {
    this.#file = new PassphraseFile(installation);
  }

  get isSet(): boolean {
    return this.#file.exists;
  }

  /**
   * Resolves when `given` is the passphrase.
   * @throws AppError `IDENTITY_PROOF_REQUIRED` when nothing is given, `IDENTITY_PASSPHRASE_UNSET`,
   *   `IDENTITY_PROOF_WRONG`, `IDENTITY_PROOF_THROTTLED` after five attempts within a minute
   */
  async prove(given: Secret<string> | undefined): Promise<void> {
    if (given === undefined) throw identityError('IDENTITY_PROOF_REQUIRED');
    if (!this.isSet) throw identityError('IDENTITY_PASSPHRASE_UNSET');
    const { allowed, withinSeconds } = PROOF_ATTEMPTS;
    const [noted] = await this.dataSource.query<{ allowed: boolean }[]>(
      `select note_operator_proof_attempt($1, $2 * interval '1 second') as allowed`,
      [allowed, withinSeconds],
    );
    if (noted?.allowed !== true) throw identityError('IDENTITY_PROOF_THROTTLED');
    if (!(await this.#file.matches(given))) throw identityError('IDENTITY_PROOF_WRONG');
    // Who knows the passphrase is not slowed down by scripts that use it often.
    await this.dataSource.query('delete from operator_proof_attempts');
  }

  /**
   * `prove`, for a change that somebody who is logged in wants to make; a refusal is a row of theirs.
   * @throws AppError what `prove` throws
   */
  async confirm(given: Secret<string> | undefined, actor: RequestContext): Promise<void> {
    try {
      await this.prove(given);
    } catch (error) {
      await this.audit.record({
        event: 'login.failed',
        context: actor,
        action: 'operator_passphrase.confirm',
        decision: 'deny',
        policy: 'token_invalid',
        reason: "The operator's second proof was refused.",
        detail: { code: error instanceof AppError ? error.code : 'unknown' },
      });
      throw error;
    }
  }

  /**
   * Sets the first passphrase, or replaces the one that `current` is; a row before it happens.
   * @throws AppError `IDENTITY_PASSPHRASE_WEAK`, what `prove` throws
   */
  async set(next: Secret<string>, current: Secret<string> | undefined, actor: RequestContext): Promise<void> {
    const { length } = next.reveal().normalize('NFC');
    if (length < MIN_CHARACTERS || length > MAX_CHARACTERS) throw identityError('IDENTITY_PASSPHRASE_WEAK');
    const replaced = this.isSet;
    if (replaced) await this.confirm(current, actor);
    await this.audit.record({
      event: 'credential.rotated',
      context: actor,
      action: 'operator_passphrase.set',
      decision: 'allow',
      policy: 'not_applicable',
      reason: replaced ? 'The operator passphrase was replaced.' : 'The operator passphrase was set.',
      detail: { credential: 'operator_passphrase', replaced },
    });
    await this.#file.write(next);
  }
}
