import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { BrowserSessions, type Principal } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';

/**
 * In production whoever lets a program have access has logged in within ten minutes: what it is given is a credential,
 * and the cookie alone is open to every process of the operator's (threat T1).
 */
@Injectable()
export class FreshLogin {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(BrowserSessions) private readonly browserSessions: BrowserSessions,
  ) {}

  async isWanting({ sessionId }: Principal): Promise<boolean> {
    if (this.configuration.profile.mode === 'evaluation') return false;
    return !(await this.browserSessions.isFresh(sessionId));
  }
}
