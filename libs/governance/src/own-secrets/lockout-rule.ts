export interface LockoutRule {
  /** So many within the time below are enough. */
  readonly most: number;
  /** The time in which they count, and for which a session is locked then. */
  readonly seconds: number;
}

/** Threat T29; guesses (threat T12) are counted alike. */
export const LOCKOUT: LockoutRule = { most: 5, seconds: 600 };
