/** Sessions of logins and of agents (threat T7). Those of hook credentials have limits of their own. */
export const SESSION_LIMITS = {
  liveForUser: 20,
  newInWindow: 10,
  windowMs: 60_000,
  lengthMs: 24 * 60 * 60 * 1000,
} as const;
