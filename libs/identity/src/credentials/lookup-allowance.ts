const NETWORKS = 10_000;

export interface LookupLimits {
  /** At once, and then so many a second. */
  readonly fromOneNetwork: { readonly burst: number; readonly perSecond: number };
  readonly inAll: { readonly burst: number; readonly perSecond: number };
}

export const LOOKUP_LIMITS: LookupLimits = {
  fromOneNetwork: { burst: 100, perSecond: 20 },
  inAll: { burst: 500, perSecond: 100 },
};

interface Bucket {
  left: number;
  filledAtMs: number;
}

/**
 * How often the database is asked for what nothing says is a credential, by network and in all. Bounded: of 10,000
 * networks the one that asked longest ago is forgotten.
 */
export class LookupAllowance {
  readonly #networks = new Map<string, Bucket>();
  readonly #all: Bucket;

  constructor(
    private readonly monotonicNow: () => number,
    private readonly limits: LookupLimits = LOOKUP_LIMITS,
  ) {
    this.#all = { left: limits.inAll.burst, filledAtMs: monotonicNow() };
  }

  /** Takes one; false where there is none left. A network that is refused takes nothing from the others. */
  take(network: string): boolean {
    const nowMs = this.monotonicNow();
    const own = this.#networks.get(network) ?? {
      left: this.limits.fromOneNetwork.burst,
      filledAtMs: nowMs,
    };
    this.#networks.delete(network);
    if (this.#networks.size >= NETWORKS) {
      for (const oldest of this.#networks.keys()) {
        this.#networks.delete(oldest);
        break;
      }
    }
    this.#networks.set(network, own);
    fill(own, this.limits.fromOneNetwork, nowMs);
    fill(this.#all, this.limits.inAll, nowMs);
    if (own.left < 1 || this.#all.left < 1) return false;
    own.left -= 1;
    this.#all.left -= 1;
    return true;
  }
}

function fill(bucket: Bucket, { burst, perSecond }: LookupLimits['inAll'], nowMs: number): void {
  bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.filledAtMs) * perSecond) / 1000);
  bucket.filledAtMs = nowMs;
}
