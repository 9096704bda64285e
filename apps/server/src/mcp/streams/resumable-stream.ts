import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@gatehouse/kernel';
import type { EventStream } from './event-stream.ts';

const MAX_EVENTS = 256;
const MAX_BYTES = 2 * 1024 * 1024;
const RETRY_MS = 1_000;

interface KeptEvent {
  readonly seq: number;
  readonly data: string;
}

/**
 * A stream of a session that outlives its connection (revision 2025-11-25, "Resumability and Redelivery"): every event
 * has an id, the last 256 or 2 MiB of them are kept, and a client that lost the connection takes the stream up behind
 * the last event that it saw. The ids are random, and worth something in their own session only.
 */
export class ResumableStream {
  readonly id = randomBytes(12).toString('base64url');
  readonly #isPrimed: boolean;
  readonly #events: KeptEvent[] = [];
  #bytes = 0;
  #lastSeq = 0;
  #attached: EventStream | undefined;
  #isDone = false;
  /** `performance.now()` of the moment since when nobody reads it; undefined while somebody does. */
  unreadSince: number | undefined = performance.now();

  /** `isPrimed`: whether its client knows events without data, which is so from revision 2025-11-25 on. */
  constructor(isPrimed: boolean) {
    this.#isPrimed = isPrimed;
  }

  get isAttached(): boolean {
    return this.#attached?.isOpen === true;
  }

  /** Nothing more will be said. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Writes to this connection from here on, and first what it missed. A connection before it is ended. */
  attach(stream: EventStream, afterSeq: number | undefined): void {
    this.#attached?.end();
    this.#attached = stream;
    this.unreadSince = undefined;
    stream.onClose(() => {
      if (this.#attached !== stream) return;
      this.#attached = undefined;
      this.unreadSince = performance.now();
    });
    if (afterSeq === undefined && this.#isPrimed) stream.prime(this.#idOf(this.#lastSeq), RETRY_MS);
    for (const { seq, data } of this.#events) {
      if (seq > (afterSeq ?? 0)) stream.event(data, this.#idOf(seq));
    }
    if (this.#isDone) stream.end();
  }

  /** Dropped for a reader who is too far behind. */
  notify(message: JsonObject): void {
    if (this.#attached?.isBehind !== true) this.send(message);
  }

  send(message: JsonObject): void {
    this.#lastSeq += 1;
    const data = JSON.stringify(message);
    this.#events.push({ seq: this.#lastSeq, data });
    this.#bytes += data.length;
    while (this.#events.length > MAX_EVENTS || (this.#bytes > MAX_BYTES && this.#events.length > 1)) {
      this.#bytes -= this.#events.shift()?.data.length ?? 0;
    }
    this.#attached?.event(data, this.#idOf(this.#lastSeq));
  }

  end(): void {
    this.#isDone = true;
    this.#attached?.end();
  }

  #idOf(seq: number): string {
    return `${this.id}.${seq}`;
  }
}

/** The parts of an event's id; undefined for what is none. */
export function readEventId(value: string): { readonly stream: string; readonly seq: number } | undefined {
  const parts = /^([A-Za-z0-9_-]{16})\.(\d{1,10})$/.exec(value);
  return parts === null ? undefined : { stream: parts[1]!, seq: Number(parts[2]) };
}
