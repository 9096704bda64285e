import type { JsonObject } from '@gatehouse/kernel';

/** A command line in production that waits for its person to prove in a browser who it is (threat T1). */
export interface OperatorRequest {
  readonly id: string;
  /** What the command line and the page both show, as `BCDF-GHJK`. */
  readonly code: string;
  /** Who has to prove it; null for nobody that we know. */
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** The command, as it was typed. */
  readonly command: string;
  /** User of the operating system, what started the command, whether a terminal was there. */
  readonly origin: JsonObject;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** How the person proved it. */
export type OperatorRequestProof = 'passkey' | 'link';

export type OperatorRequestState = 'waiting' | 'proven' | 'refused' | 'over';
