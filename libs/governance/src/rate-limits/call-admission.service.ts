import { AuditLog, StorageWatch, type SummaryCause } from '@gatehouse/audit';
import type { RateLimitsPolicy } from '@gatehouse/config';
import { addressPrefix, type CredentialOutcome, type Principal } from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { BudgetState } from './budget.ts';
import { CallBudgets, limitOf } from './call-budgets.ts';
import { CallLeases } from './leases/call-leases.service.ts';
import { RowAllowance } from './row-allowance.ts';

/** Rows a minute of callers without a valid credential, from one network and in all (threat T6). */
export const UNKNOWN_CALLER_ROWS = { fromOneNetwork: 60, inAll: 600 } as const;

/** Refusals a minute without a row, from one network: what a client asks before it has a token, many times over. */
const UNRECORDED_REFUSALS = 300;
const WINDOW_MS = 60_000;

/** What a request may use: the caller's budget, and a row of its own. */
export interface Admission {
  readonly budget: BudgetState | null;
  /** Null: it is judged and gets its row. Else it is denied, and counted in a summary row. */
  readonly summarised: SummaryCause | null;
}

/**
 * Who may still use what before a call is judged, so that nobody can stop the others (threats T6, T7). Everything
 * that is denied here without a row has been counted when this returns.
 */
@Injectable()
export class CallAdmission {
  readonly #budgets: CallBudgets;
  readonly #unknownRows = new RowAllowance(UNKNOWN_CALLER_ROWS.inAll);
  readonly #refusedRows = new RowAllowance();
  readonly #eventRows = new RowAllowance();
  readonly #unrecorded = new RowAllowance();
  /** Until then `isFlooded` looks; a minute without a refused row, and there is nothing to look at. */
  #floodEndsAtMs = 0;

  constructor(
    @Inject(AuditLog) private readonly audit: Pick<AuditLog, 'summarise'>,
    @Inject(StorageWatch) private readonly storage: Pick<StorageWatch, 'full'>,
    @Inject(CallLeases) leases: CallLeases | null,
  ) {
    this.#budgets = new CallBudgets(leases);
  }

  /** For a call or a request that is none. A promise only where a lease has to be had first. */
  admit(
    credential: CredentialOutcome,
    limits: RateLimitsPolicy,
    remoteAddress: string,
  ): Admission | Promise<Admission> {
    const nowMs = systemClock.now();
    if (!credential.ok) return this.#unknown(limits, remoteAddress, nowMs);
    const { principal } = credential;
    if (this.storage.full && principal.role !== 'admin') return this.#summarised('disk_full', null);
    const budget = this.#budgets.take(principal, limits, nowMs, remoteAddress);
    if (budget instanceof Promise) return budget.then((late) => this.#known(principal, limits, late));
    return this.#known(principal, limits, budget);
  }

  /**
   * Whether what a client tells of itself may be a row: as many a minute as a user may make calls. One that may not
   * is counted.
   */
  admitEvent(credential: CredentialOutcome, limits: RateLimitsPolicy, remoteAddress: string): boolean {
    const nowMs = systemClock.now();
    if (!credential.ok) return this.#unknown(limits, remoteAddress, nowMs).summarised === null;
    const { role, userId } = credential.principal;
    if (this.storage.full && role !== 'admin') return this.#summarised('disk_full', null).summarised === null;
    if (this.#eventRows.take(userId, userLimit(limits, role), nowMs)) return true;
    this.audit.summarise('rate_limited');
    return false;
  }

  /** Whether callers without a valid credential have had all that this network, or all networks, may ask for. */
  isFlooded(remoteAddress: string): boolean {
    const nowMs = systemClock.now();
    if (nowMs >= this.#floodEndsAtMs) return false;
    const prefix = addressPrefix(remoteAddress);
    if (this.#unknownRows.isUsedUp(prefix, UNKNOWN_CALLER_ROWS.fromOneNetwork, nowMs)) return true;
    return this.#unrecorded.isUsedUp(prefix, UNRECORDED_REFUSALS, nowMs);
  }

  /** Somebody without a valid credential was refused something that is no call, so that there is no row. */
  refusedUnrecorded(remoteAddress: string): void {
    const nowMs = systemClock.now();
    if (this.#unrecorded.take(addressPrefix(remoteAddress), UNRECORDED_REFUSALS, nowMs)) return;
    this.#floodEndsAtMs = nowMs + WINDOW_MS;
  }

  /** A call of a flood that nobody read. */
  turnAway(): void {
    this.#summarised('unknown_caller', null);
  }

  #unknown(limits: RateLimitsPolicy, remoteAddress: string, nowMs: number): Admission {
    if (this.storage.full) return this.#summarised('disk_full', null);
    const budget = this.#budgets.takeUnknown(limits, nowMs, remoteAddress);
    const prefix = addressPrefix(remoteAddress);
    if (this.#unknownRows.take(prefix, UNKNOWN_CALLER_ROWS.fromOneNetwork, nowMs)) {
      return { budget: null, summarised: null };
    }
    this.#floodEndsAtMs = nowMs + WINDOW_MS;
    return this.#summarised('unknown_caller', budget.granted ? null : budget);
  }

  /** A call over the limit is a row as often as the user may make calls, and then counted. */
  #known({ userId, role }: Principal, limits: RateLimitsPolicy, budget: BudgetState): Admission {
    if (budget.granted || budget.unverified === true) return { budget, summarised: null };
    const row = this.#refusedRows.take(userId, userLimit(limits, role), systemClock.now());
    return row ? { budget, summarised: null } : this.#summarised('rate_limited', budget);
  }

  #summarised(cause: SummaryCause, budget: BudgetState | null): Admission {
    this.audit.summarise(cause);
    return { budget, summarised: cause };
  }
}

function userLimit(limits: RateLimitsPolicy, role: Principal['role']): number {
  return limitOf(limits, role) * limits.userSessions;
}
