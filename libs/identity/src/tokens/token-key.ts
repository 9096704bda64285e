import { createHash } from 'node:crypto';

export const TOKEN_KEY_BYTES = 32;

/** The installation's key for access tokens, and the name by which a token's header says that it used it. */
export class TokenKey {
  readonly kid: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
    this.kid = createHash('sha256')
      .update('gatehouse access token key\n')
      .update(key)
      .digest('hex')
      .slice(0, 16);
  }

  reveal(): Buffer {
    return this.#key;
  }
}
