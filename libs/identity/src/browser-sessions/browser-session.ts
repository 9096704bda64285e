import type { Principal } from '../credentials/credential-outcome.ts';

/** How the person proved who they are: by a one-time link, or by a passkey with user verification. */
export type BrowserProof = 'link' | 'passkey';

/** A live session behind a browser's cookie. */
export interface BrowserSession {
  /** Of kind `browser_session`; its session can be revoked as any other. */
  readonly principal: Principal;
  readonly proof: BrowserProof;
  /**
   * What a form of ours carries, and a write needs beside the cookie (threat T17). It follows from the cookie's text,
   * which no script can read.
   */
  readonly csrfToken: string;
}
