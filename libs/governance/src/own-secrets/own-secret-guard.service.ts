import { AuditLog, SCANNER } from '@gatehouse/audit';
import { type Principal, Sessions } from '@gatehouse/identity';
import { type JsonValue, type RequestContext, systemClock } from '@gatehouse/kernel';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { guessedSecrets } from './guessed-secrets.ts';
import { OwnSecretLockouts } from './own-secret-lockouts.ts';

/**
 * What follows when a session comes up with secrets of this installation: named in arguments, it is locked for a while
 * (T29); guessed through a tool that says them back, it is ended (T12).
 */
@Injectable()
export class OwnSecretGuard {
  readonly #named = new OwnSecretLockouts();
  readonly #guessed = new OwnSecretLockouts();
  readonly #scanner: OwnSecretScanner;
  readonly #sessions: Sessions;
  readonly #audit: AuditLog;

  constructor(
    @Inject(SCANNER) scanner: OwnSecretScanner,
    @Inject(Sessions) sessions: Sessions,
    @Inject(AuditLog) audit: AuditLog,
  ) {
    this.#scanner = scanner;
    this.#sessions = sessions;
    this.#audit = audit;
  }

  isLocked({ rootSessionId }: Principal): boolean {
    return this.#named.isLocked(rootSessionId, systemClock.now());
  }

  /** A call of this session was denied because it named one. */
  named({ rootSessionId }: Principal): void {
    this.#named.note(rootSessionId, systemClock.now());
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
    if (!this.#guessed.note(principal.rootSessionId, systemClock.now())) return;
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
