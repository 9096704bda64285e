import { LOCKOUT } from './lockout-rule.ts';

const SPAN_MS = LOCKOUT.seconds * 1000;
const MOST_SESSIONS = 4_096;

interface Tried {
  readonly at: number[];
  lockedUntilMs: number;
}

/**
 * Root sessions that come up with secrets of this installation again and again (threat T29): five findings within ten
 * minutes lock one for ten. Bounded: the session that was not seen for longest gives way. What this process
 * saw; `OwnSecretTries` counts over all of them.
 */
export class OwnSecretLockouts {
  readonly #sessions = new Map<string, Tried>();

  isLocked(rootSessionId: string, nowMs: number): boolean {
    return (this.#sessions.get(rootSessionId)?.lockedUntilMs ?? 0) > nowMs;
  }

  /** One more; true when that locks the session. */
  note(rootSessionId: string, nowMs: number): boolean {
    const before = this.#sessions.get(rootSessionId);
    const at = [...(before?.at ?? []).filter((ms) => nowMs - ms < SPAN_MS), nowMs];
    const locks = at.length >= LOCKOUT.most;
    if (locks) this.lock(rootSessionId, nowMs);
    else this.#keep(rootSessionId, { at, lockedUntilMs: before?.lockedUntilMs ?? 0 });
    return locks;
  }

  /** Locks a session that was counted elsewhere; what it did before counts no more. */
  lock(rootSessionId: string, nowMs: number, forMs: number = SPAN_MS): void {
    this.#keep(rootSessionId, { at: [], lockedUntilMs: nowMs + forMs });
  }

  #keep(rootSessionId: string, tried: Tried): void {
    this.#sessions.delete(rootSessionId);
    this.#sessions.set(rootSessionId, tried);
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
  }
}
