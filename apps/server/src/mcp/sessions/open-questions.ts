import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { ClientAnswer } from '@gatehouse/mcp-spawner';

const ANSWER_MS = 5 * 60_000;
/** A client that was asked and went away may come back for so long. */
const GONE_MS = 10_000;
const LOOK_MS = 1_000;

/** Where a question goes, and since when nobody reads there. */
export interface QuestionStream {
  readonly unreadSince: number | undefined;
  send(message: JsonObject): void;
}

const NO_ANSWER: ClientAnswer = { error: { code: -32_603, message: 'the client gave no answer' } };

/** Questions put to the client of one session. Their ids cannot be guessed, and only that session can answer them. */
export class OpenQuestions {
  readonly #open = new Map<unknown, (answer: ClientAnswer) => void>();

  /**
   * Sends one and resolves with the answer. Without one after five minutes, when nobody waits for it any more, or when
   * the client stays away: a call that waits for it keeps other clients of the process from being asked.
   */
  async ask(
    stream: QuestionStream,
    method: string,
    params: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<ClientAnswer> {
    const id = randomBytes(12).toString('base64url');
    const { promise, resolve } = Promise.withResolvers<ClientAnswer>();
    const giveUp = () => {
      resolve(NO_ANSWER);
      stream.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    };
    this.#open.set(id, resolve);
    const timer = setTimeout(giveUp, ANSWER_MS);
    const look = setInterval(() => {
      const { unreadSince } = stream;
      if (unreadSince !== undefined && performance.now() - unreadSince > GONE_MS) giveUp();
    }, LOOK_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    else stream.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    try {
      return await promise;
    } finally {
      this.#open.delete(id);
      clearTimeout(timer);
      clearInterval(look);
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
