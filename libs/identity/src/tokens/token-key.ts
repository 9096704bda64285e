import { createHash } from 'node:crypto';
import { type Installation, readOrCreateKey } from '@gatehouse/config';

const KEY_BYTES = 32;

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

  /** Read from the key folder, made there at the first use. */
  static of(installation: Installation): TokenKey {
    return new TokenKey(readOrCreateKey(installation, 'token-signing', KEY_BYTES));
  }

  reveal(): Buffer {
    return this.#key;
  }

  toJSON(): string {
    return '[secret]';
  }
}
