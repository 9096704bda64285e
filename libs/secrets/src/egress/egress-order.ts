import type { KeyPlaces } from '../keys/key-files.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';

/** The one place that an egress warden sends to. */
export interface EgressTarget {
  readonly url: string;
  /** `${secret:NAME}` stands for a secret. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What an egress warden is told on descriptor 3, in one line. */
export interface EgressOrder {
  readonly places: KeyPlaces;
  readonly versions: readonly SealedVersion[];
  readonly target: EgressTarget;
  /** Hosts and ranges beyond what is open anyway: the profile's `outbound_allow`. */
  readonly outboundAllow: readonly string[];
  /** Until an answer begins. */
  readonly timeoutMs: number;
  /** The longest message of the remote server that is passed on, in bytes. */
  readonly maxLineBytes: number;
}
