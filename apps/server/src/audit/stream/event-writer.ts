import type { FastifyReply } from 'fastify';
import { screenJson } from '../../http/screen-json.ts';

/** Writes server-sent events (WHATWG HTML, section 9.2) no faster than they are read. */
export class EventWriter {
  readonly #reply: FastifyReply;

  /** Takes the response over from Fastify and sends its head. */
  constructor(reply: FastifyReply) {
    this.#reply = reply;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    reply.raw.flushHeaders();
    reply.raw.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.#reply.raw.writableEnded && !this.#reply.raw.destroyed;
  }

  onClose(listener: () => void): void {
    this.#reply.raw.once('close', listener);
  }

  /** After some of these, wait for `drained`. */
  send(event: string, data: unknown, id?: string): void {
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${screenJson(data)}\n\n`);
  }

  /** Resolves when everything written has left, the response is closed, or after `ms`: then with false. */
  drained(ms: number): Promise<boolean> {
    const { raw } = this.#reply;
    if (!this.isOpen || !raw.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (drained: boolean) => {
        clearTimeout(timer);
        raw.off('drain', onDrain).off('close', onDrain);
        resolve(drained);
      };
      const onDrain = () => done(true);
      const timer = setTimeout(() => done(false), ms);
      raw.on('drain', onDrain).on('close', onDrain);
    });
  }

  end(): void {
    if (this.isOpen) this.#reply.raw.end();
  }

  /** For a reader who does not read: nothing that waits is kept. */
  destroy(): void {
    this.#reply.raw.destroy();
  }

  #write(text: string): void {
    if (this.isOpen) this.#reply.raw.write(text);
  }
}
