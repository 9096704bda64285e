import type { JsonObject } from '@gatehouse/kernel';
import type { FastifyReply } from 'fastify';
import { type RequestId, type RpcAnswer, response } from '../wire/json-rpc.ts';
import { EventStream } from './event-stream.ts';
import type { ResumableStream } from './resumable-stream.ts';

/**
 * The response to one POST: plain JSON when the answer is the first thing to say, else a stream of events that ends
 * with the answer. In a session the stream can be taken up again when its connection is lost.
 */
export class Exchange {
  readonly #reply: FastifyReply;
  #gone: AbortController | undefined;
  #openStream: () => ResumableStream | undefined = () => undefined;
  #stream: EventStream | ResumableStream | undefined;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  /** Fires when the client goes away before its answer. */
  get clientGone(): AbortSignal {
    if (this.#gone !== undefined) return this.#gone.signal;
    const gone = new AbortController();
    this.#gone = gone;
    if (this.#isGone) gone.abort();
    this.#reply.raw.once('close', () => {
      if (this.#isGone) gone.abort();
    });
    return gone.signal;
  }

  /** `performance.now()` of the moment since when nobody reads its stream; undefined while somebody does. */
  get unreadSince(): number | undefined {
    const stream = this.#stream;
    if (stream === undefined || stream instanceof EventStream) return undefined;
    return stream.unreadSince;
  }

  /** From here on its stream, if there will be one, is one that `open` gives. */
  resumeWith(open: () => ResumableStream): void {
    this.#openStream = open;
  }

  notify(message: JsonObject): void {
    if (this.#stream === undefined && this.#isGone) return;
    this.#upgrade().notify(message);
  }

  /** What must not be dropped: a question. */
  send(message: JsonObject): void {
    this.#upgrade().send(message);
  }

  /** Begins the stream before there is anything to say. */
  begin(): void {
    this.#upgrade();
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

  get #isGone(): boolean {
    const { raw } = this.#reply;
    return raw.closed && !raw.writableEnded;
  }

  #upgrade(): EventStream | ResumableStream {
    if (this.#stream !== undefined) return this.#stream;
    const resumable = this.#openStream();
    if (resumable !== undefined && this.#isGone) this.#stream = resumable;
    else {
      const stream = new EventStream(this.#reply);
      resumable?.attach(stream, undefined);
      this.#stream = resumable ?? stream;
    }
    return this.#stream;
  }

  #send(
    body: JsonObject | readonly JsonObject[],
    status: number,
    headers: Readonly<Record<string, string>>,
  ): void {
    if (this.#stream !== undefined) {
      const messages = Array.isArray(body) ? (body as readonly JsonObject[]) : [body as JsonObject];
      for (const one of messages) this.#stream.send(one);
      this.#stream.end();
      return;
    }
    void this.#reply
      .code(status)
      .headers({ ...headers, 'content-type': 'application/json' })
      .send(JSON.stringify(body));
  }
}
