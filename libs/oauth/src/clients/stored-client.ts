/** A program that may ask for tokens, as far as it is stored: one that registered itself, or a service. */
export interface StoredClient {
  readonly id: string;
  readonly kind: 'registered' | 'service';
  readonly name: string;
  /** Whom a service acts as. */
  readonly userId: string | null;
  /** The agent that a service is, if it is one. */
  readonly agentId: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** RFC 7591 client metadata. */
export type ClientMetadata = Readonly<Record<string, unknown>>;
