import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { ClientAnswer } from '@gatehouse/mcp-spawner';

const ANSWER_MS = 5 * 60_000;

const NO_ANSWER: ClientAnswer = { error: { code: -32_603, message: 'the client gave no answer' } };

/** Questions put to the client of one session. Their ids cannot be guessed, and only that session can answer them. */
export class OpenQuestions {
  readonly #open = new Map<unknown, (answer: ClientAnswer) => void>();

  /** Sends one and resolves with the answer; after five minutes, or when nobody waits any more, without. */
  async ask(
    send: (message: JsonObject) => void,
    method: string,
    params: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<ClientAnswer> {
    const id = randomBytes(12).toString('base64url');
    const { promise, resolve } = Promise.withResolvers<ClientAnswer>();
    const giveUp = () => {
      resolve(NO_ANSWER);
      send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    };
    this.#open.set(id, resolve);
    const timer = setTimeout(giveUp, ANSWER_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) return NO_ANSWER;
    send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    try {
      return await promise;
    } finally {
      this.#open.delete(id);
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Takes a response of the client; one to no question is ignored. */
  answer({ id, result, error }: JsonObject): void {
    const resolve = this.#open.get(id);
    if (resolve === undefined) return;
    this.#open.delete(id);
    if (isJsonObject(result)) resolve({ result });
    else resolve(isJsonObject(error) ? { error } : NO_ANSWER);
  }

  endAll(): void {
    for (const resolve of this.#open.values()) resolve(NO_ANSWER);
    this.#open.clear();
  }
}
