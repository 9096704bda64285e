import { AuditLog } from '@gatehouse/audit';
import { RowAllowance } from '@gatehouse/governance';
import { addressPrefix } from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';

/**
 * What a network, and all together, may ask of the authorization server in a minute. `start`: what is remembered for
 * a while (requests under way, device codes). `token`: what needs a code, token or secret. `register`: registrations.
 * `guess`: codes that a person types.
 */
export const OAUTH_REQUESTS = {
  start: { fromOneNetwork: 120, inAll: 1_200 },
  token: { fromOneNetwork: 600, inAll: 6_000 },
  register: { fromOneNetwork: 30, inAll: 120 },
  guess: { fromOneNetwork: 20, inAll: 200 },
} as const;

export type OAuthRequestKind = keyof typeof OAUTH_REQUESTS;

/** Who may still ask. What may not leaves no row of its own, but is counted in a summary row (threat T6). */
@Injectable()
export class OAuthThrottle {
  readonly #asked = new Map<OAuthRequestKind, RowAllowance>();

  constructor(@Inject(AuditLog) private readonly audit: Pick<AuditLog, 'summarise'>) {}

  admits(kind: OAuthRequestKind, remoteAddress: string): boolean {
    const { fromOneNetwork, inAll } = OAUTH_REQUESTS[kind];
    let asked = this.#asked.get(kind);
    if (asked === undefined) {
      asked = new RowAllowance(inAll);
      this.#asked.set(kind, asked);
    }
    if (asked.take(addressPrefix(remoteAddress), fromOneNetwork, systemClock.now())) return true;
    this.audit.summarise('unknown_caller');
    return false;
  }
}
