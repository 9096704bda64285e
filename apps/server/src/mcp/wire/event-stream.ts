import type { JsonObject } from '@gatehouse/kernel';
import type { FastifyReply } from 'fastify';

const KEEP_ALIVE_MS = 15_000;
/** A reader who is further behind gets no more notifications; answers are still written. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Server-sent events on one response (WHATWG HTML, section 9.2), one JSON-RPC message each. */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #keepAlive: NodeJS.Timeout;

  /** Takes the response over from Fastify and sends its head. */
  constructor(reply: FastifyReply) {
    this.#reply = reply;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    reply.raw.flushHeaders();
    this.#keepAlive = setInterval(() => this.#write(': alive\n\n'), KEEP_ALIVE_MS).unref();
    reply.raw.on('close', () => clearInterval(this.#keepAlive));
    reply.raw.on('error', () => {});
  }

  get isOpen(): boolean {
    return !this.#reply.raw.writableEnded && !this.#reply.raw.destroyed;
  }

  onClose(listener: () => void): void {
    this.#reply.raw.once('close', listener);
  }

  /** Drops the message when the reader is too far behind. */
  notify(message: JsonObject): void {
    if (this.#reply.raw.writableLength < MAX_WAITING_BYTES) this.send(message);
  }

  send(message: JsonObject | readonly JsonObject[]): void {
    this.#write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  end(): void {
    clearInterval(this.#keepAlive);
    if (this.isOpen) this.#reply.raw.end();
  }

  #write(text: string): void {
    if (this.isOpen) this.#reply.raw.write(text);
  }
}
