import type { Policy } from '@gatehouse/audit';
import { Injectable } from '@nestjs/common';

export interface DecisionCount {
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  readonly count: number;
}

/** How many decisions of each kind this process has answered. */
@Injectable()
export class DecisionCounts {
  readonly #counts = new Map<string, { decision: 'allow' | 'deny'; policy: Policy; count: number }>();

  add(decision: 'allow' | 'deny', policy: Policy): void {
    const key = `${decision} ${policy}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { decision, policy, count: 1 });
    else known.count += 1;
  }

  all(): readonly DecisionCount[] {
    return [...this.#counts.values()];
  }
}
