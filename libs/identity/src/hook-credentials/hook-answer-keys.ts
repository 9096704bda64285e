import { createHmac } from 'node:crypto';

export const HOOK_ANSWER_KEY_BYTES = 32;

/**
 * By what a client's hooks know this server (threat T5): a key for each hook credential, given out once with it and
 * never sent again, so that whoever listens on the server's port and is sent the credential cannot answer for the
 * server. Nothing is stored: each is derived from the installation's own key.
 */
export class HookAnswerKeys {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** 32 bytes, for the id of a hook credential, whether or not it exists or is still good. */
  of(credentialId: string): Buffer {
    return createHmac('sha256', this.#key).update(`gatehouse hook answer key\n${credentialId}`).digest();
  }
}
