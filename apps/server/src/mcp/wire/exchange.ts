import type { JsonObject } from '@gatehouse/kernel';
import type { FastifyReply } from 'fastify';
import { EventStream } from './event-stream.ts';
import { type RequestId, type RpcAnswer, response } from './json-rpc.ts';

/**
 * The response to one POST: plain JSON when the answer is the first thing to say, else a stream of events that ends
 * with the answer.
 */
export class Exchange {
  readonly #reply: FastifyReply;
  readonly #gone = new AbortController();
  #stream: EventStream | undefined;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) this.#gone.abort();
    });
  }

  /** Fires when the client goes away before its answer. */
  get clientGone(): AbortSignal {
    return this.#gone.signal;
  }

  notify(message: JsonObject): void {
    if (this.#gone.signal.aborted) return;
    this.#stream ??= new EventStream(this.#reply);
    this.#stream.notify(message);
  }

  answer(id: RequestId | null, answer: RpcAnswer): void {
    this.#send(response(id, answer), answer.status ?? 200, answer.headers ?? {});
  }

  answerBatch(answers: readonly { readonly id: RequestId; readonly answer: RpcAnswer }[]): void {
    this.#send(
      answers.map(({ id, answer }) => response(id, answer)),
      200,
      {},
    );
  }

  /** What needs no answer was taken. A stream that was begun just ends. */
  accept(): void {
    if (this.#stream === undefined) void this.#reply.code(202).send();
    else this.#stream.end();
  }

  #send(
    body: JsonObject | readonly JsonObject[],
    status: number,
    headers: Readonly<Record<string, string>>,
  ): void {
    if (this.#stream !== undefined) {
      if (Array.isArray(body)) for (const one of body as readonly JsonObject[]) this.#stream.send(one);
      else this.#stream.send(body);
      this.#stream.end();
      return;
    }
    void this.#reply
      .code(status)
      .headers({ ...headers, 'content-type': 'application/json' })
      .send(JSON.stringify(body));
  }
}
