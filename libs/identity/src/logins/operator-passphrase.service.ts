import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import type { Secret } from '@gatehouse/kernel';
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

  /** Whether it is long enough, and not too long. */
  mayBe(next: Secret<string>): boolean {
    const { length } = next.reveal().normalize('NFC');
    return length >= MIN_CHARACTERS && length <= MAX_CHARACTERS;
  }

  /** Makes it the passphrase. Who may do so, `OperatorProofs.setPassphrase` knows. */
  write(next: Secret<string>): Promise<void> {
    return this.#file.write(next);
  }
}
