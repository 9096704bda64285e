import { CONFIGURATION, type Configuration, isChange, type Permission } from '@gatehouse/config';
import { BrowserSessions, type Principal, Sessions } from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';

/** As long as an access token lives: what refreshing brings is no proof of anybody. */
const CONSENT_MS = 60 * 60_000;

/**
 * In production a change needs a proof that a local process of the operator's cannot give (threat T1). A browser's cookie
 * and a program's refresh token can be read by such a process, so what they open changes something only for a while after
 * the person gave one: ten minutes after the login, an hour after letting the program have access. A token of the command
 * line was handed out for such a proof; API keys and services' secrets are the operator's own to keep.
 */
@Injectable()
export class ProofOfPerson {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(BrowserSessions) private readonly browserSessions: BrowserSessions,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  /** What is missing, as a sentence for the row and one for the caller; null where nothing is. */
  async missing(
    { kind, sessionId, rootSessionId }: Principal,
    permission: Permission,
  ): Promise<{ readonly reason: string; readonly message: string } | null> {
    if (this.configuration.profile.mode === 'evaluation' || !isChange(permission)) return null;
    if (kind === 'browser_session') {
      return (await this.browserSessions.isFresh(sessionId))
        ? null
        : {
            reason: 'The login in the browser is too old for a change.',
            message: 'Your login is older than ten minutes. Log in again at /login for this.',
          };
    }
    if (kind !== 'access_token') return null;
    const { scopes, createdAt } = await this.sessions.get(rootSessionId);
    // Only a session that somebody let a program have is for certain scopes.
    if (scopes === null || systemClock.now() - createdAt.getTime() <= CONSENT_MS) return null;
    return {
      reason: 'The program was let have access too long ago for a change.',
      message: 'This program was let have access more than an hour ago. Let it have access again for this.',
    };
  }
}
