import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@gatehouse/kernel';

export const CREDENTIAL_TAG_KEY_BYTES = 32;

const RANDOM_BYTES = 24;
const TAG_BYTES = 8;
const TAG_DIGITS = 2 * TAG_BYTES;

/**
 * Marks the credentials that are looked up by an id as ours: the last 16 of their 64 digits are an HMAC over the rest,
 * with a key of the installation. Whoever makes one up cannot make its tag, so that asking the database for it can wait
 * (threat T6). A tag admits nobody: what is stored decides.
 */
export class CredentialTags {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** A new text for this id: `prefix`, the id in 32 hex digits, 192 random bits in 48, the tag in 16. */
  newText(prefix: string, id: string): Secret<string> {
    const untagged = `${prefix}${id.replaceAll('-', '')}${randomBytes(RANDOM_BYTES).toString('hex')}`;
    return new Secret(`${untagged}${this.#of(untagged).toString('hex')}`);
  }

  /** In constant time. False for what was issued before there were tags, too. */
  isOn(text: string): boolean {
    const given = Buffer.from(text.slice(-TAG_DIGITS), 'hex');
    return given.length === TAG_BYTES && timingSafeEqual(given, this.#of(text.slice(0, -TAG_DIGITS)));
  }

  #of(untagged: string): Buffer {
    const mac = createHmac('sha256', this.#key).update(`gatehouse credential tag\n${untagged}`).digest();
    return mac.subarray(0, TAG_BYTES);
  }
}
