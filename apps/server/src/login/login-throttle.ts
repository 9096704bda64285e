import { AuditLog } from '@gatehouse/audit';
import { RowAllowance } from '@gatehouse/governance';
import { addressPrefix } from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';

/** Attempts a minute from one network and in all: enough for people, and nothing to try a secret with. */
export const LOGIN_ATTEMPTS = { fromOneNetwork: 30, inAll: 300 } as const;

/** Who may still try to log in. What may not leaves no row of its own, but is counted in a summary row (threat T6). */
@Injectable()
export class LoginThrottle {
  readonly #attempts = new RowAllowance(LOGIN_ATTEMPTS.inAll);

  constructor(@Inject(AuditLog) private readonly audit: Pick<AuditLog, 'summarise'>) {}

  admits(remoteAddress: string): boolean {
    const network = addressPrefix(remoteAddress);
    if (this.#attempts.take(network, LOGIN_ATTEMPTS.fromOneNetwork, systemClock.now())) return true;
    this.audit.summarise('unknown_caller');
    return false;
  }
}
