import type { Configuration } from '@gatehouse/config';
import { ROLES } from '@gatehouse/kernel';

/** What each role may call a minute: base times multiplier, at least one. */
export function rateLimitData({ services }: Configuration) {
  const { perMinute, userSessions, multipliers } = services.governance.rateLimits;
  const roles = ROLES.map((role) => {
    const session = Math.max(1, Math.floor(perMinute * multipliers[role]));
    return {
      role,
      multiplier: multipliers[role],
      session_per_minute: session,
      user_per_minute: session * userSessions,
    };
  });
  return { base: { per_minute: perMinute, user_sessions: userSessions }, roles };
}
