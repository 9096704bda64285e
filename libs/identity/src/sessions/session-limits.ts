/** Sessions of logins and of agents (threat T7). Those of hook credentials have limits of their own. */
export const SESSION_LIMITS = {
  liveForUser: 20,
  newInWindow: 10,
  windowMs: 60_000,
  lengthMs: 24 * 60 * 60 * 1000,
} as const;

/** Agents that stand between a user and a call at most (threat T19). */
export const MAX_ACTORS = 4;
export const MAX_SCOPES = 64;
/** Tokens of one session that are revoked one by one; one more ends the session. */
export const MAX_REVOKED_TOKENS = 100;
