/** Findings of own secrets within the span below, after which a root session is locked. */
const FINDINGS = 5;
const SPAN_MS = 10 * 60_000;
const LOCKED_MS = 10 * 60_000;
const MOST_SESSIONS = 4_096;

interface Tried {
  readonly at: number[];
  lockedUntilMs: number;
}

/**
 * Root sessions that come up with secrets of this installation again and again (threat T29): five findings within ten
 * minutes lock one for ten. Bounded: the session that was not seen for longest gives way. Kept by this process alone.
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
    const locks = at.length >= FINDINGS;
    this.#sessions.delete(rootSessionId);
    this.#sessions.set(rootSessionId, {
      at: locks ? [] : at,
      lockedUntilMs: locks ? nowMs + LOCKED_MS : (before?.lockedUntilMs ?? 0),
    });
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
    return locks;
  }
}
