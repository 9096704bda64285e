import { AuditLog, SCANNER } from '@gatehouse/audit';
import { type Principal, Sessions } from '@gatehouse/identity';
import type { JsonValue, RequestContext } from '@gatehouse/kernel';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { guessedSecrets } from './guessed-secrets.ts';
import { OwnSecretTries } from './own-secret-tries.service.ts';

/**
 * What follows when a session comes up with secrets of this installation: named in arguments, it is locked for a while
 * (T29); guessed through a tool that says them back, it is ended (T12).
 */
@Injectable()
export class OwnSecretGuard {
  readonly #scanner: OwnSecretScanner;
  readonly #sessions: Sessions;
  readonly #audit: AuditLog;
  readonly #tries: OwnSecretTries;

  constructor(
    @Inject(SCANNER) scanner: OwnSecretScanner,
    @Inject(Sessions) sessions: Sessions,
    @Inject(AuditLog) audit: AuditLog,
    @Inject(OwnSecretTries) tries: OwnSecretTries,
  ) {
    this.#scanner = scanner;
    this.#sessions = sessions;
    this.#audit = audit;
    this.#tries = tries;
  }

  isLocked({ rootSessionId }: Principal): boolean {
    return this.#tries.isLocked(rootSessionId);
  }

  /** Nothing while this process hears of the others' locks; else asks. @throws where nobody answers */
  askIfSilent(): Promise<void> | undefined {
    return this.#tries.askIfSilent();
  }

  /** A call of this session was denied because it named one. */
  named({ rootSessionId }: Principal): void {
    void this.#tries.note('named', rootSessionId);
  }

  /** Looks at what a call gave and got. The session whose guesses came true too often ends; never throws. */
  async compare(
    principal: Principal,
    context: RequestContext,
    input: JsonValue,
    output: JsonValue,
  ): Promise<void> {
    if (!this.#scanner.knowsOwnSecrets) return;
    const hasLength = (name: string, bytes: number) => this.#scanner.ownSecretHasLength(name, bytes);
    if (guessedSecrets(input, output, hasLength).length === 0) return;
    if (!(await this.#tries.note('guessed', principal.rootSessionId))) return;
    try {
      await this.#audit.record({
        event: 'credential.anomaly',
        context,
        action: 'sessions.revoke',
        decision: 'allow',
        policy: 'not_applicable',
        reason: 'A session guessed at secrets again and again through a tool that says them back; it ends.',
        detail: { session: principal.rootSessionId },
      });
      await this.#sessions.revoke(principal.rootSessionId, { reason: 'operator', actor: context });
    } catch {
      // A session that is gone already needs no end; one that cannot be ended now is ended at its next guess.
    }
  }
}
