import type { JsonObject } from '@gatehouse/kernel';
import type { FastifyReply } from 'fastify';

const KEEP_ALIVE_MS = 15_000;
/** A reader who is further behind gets no more notifications; answers and questions are still written. */
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

  /** Whether its reader is so far behind that notifications are dropped. */
  get isBehind(): boolean {
    return this.#reply.raw.writableLength >= MAX_WAITING_BYTES;
  }

  onClose(listener: () => void): void {
    this.#reply.raw.once('close', listener);
  }

  /** Drops the message when the reader is too far behind. */
  notify(message: JsonObject): void {
    if (!this.isBehind) this.send(message);
  }

  send(message: JsonObject): void {
    this.event(JSON.stringify(message));
  }

  /** One event with its data as text, and its id where it has one. */
  event(data: string, id?: string): void {
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${data}\n\n`);
  }

  /** An id to come back with before there is anything to say, and how long to wait before that. */
  prime(id: string, retryMs: number): void {
    this.#write(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`);
  }

  end(): void {
    clearInterval(this.#keepAlive);
    if (this.isOpen) this.#reply.raw.end();
  }

  #write(text: string): void {
    if (this.isOpen) this.#reply.raw.write(text);
  }
}
