import { hash } from 'node:crypto';
import type { AccessTokenClaims } from '../tokens/access-token-claims.ts';
import type { CredentialOutcome } from './credential-outcome.ts';
import type { SessionStanding } from './session-standing.ts';

const ENTRIES = 10_000;
const TRUSTED_MS = 30_000;

export interface VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly verifiedAtMs: number;
  /** The last outcome, good as long as `standing` is the session's. */
  standing: SessionStanding | undefined;
  outcome: CredentialOutcome | undefined;
}

/** Tokens whose signature was right, by the SHA-256 of the token: 30 s each, 10,000 at most, oldest out first. */
export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor(private readonly monotonicNow: () => number) {}

  static digestOf(token: string): string {
    return hash('sha256', token, 'base64');
  }

  get(digest: string): VerifiedToken | undefined {
    const known = this.#tokens.get(digest);
    if (known === undefined) return undefined;
    if (this.monotonicNow() - known.verifiedAtMs < TRUSTED_MS) return known;
    this.#tokens.delete(digest);
    return undefined;
  }

  add(digest: string, claims: AccessTokenClaims): VerifiedToken {
    if (this.#tokens.size >= ENTRIES) {
      for (const oldest of this.#tokens.keys()) {
        this.#tokens.delete(oldest);
        break;
      }
    }
    const entry = { claims, verifiedAtMs: this.monotonicNow(), standing: undefined, outcome: undefined };
    this.#tokens.set(digest, entry);
    return entry;
  }

  get size(): number {
    return this.#tokens.size;
  }
}
