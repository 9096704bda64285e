import { ResumableStream, readEventId } from '../streams/resumable-stream.ts';

const MAX_STREAMS = 32;
/** How long a client may take to come back for a stream. */
const KEEP_MS = 5 * 60_000;
const FIRST_PRIMED_VERSION = '2025-11-25';

/** The streams of one session: one of a GET, for what belongs to no request, and those of the POSTs that have one. */
export class SessionStreams {
  readonly #isPrimed: boolean;
  readonly #streams = new Map<string, ResumableStream>();
  #standing: ResumableStream | undefined;

  constructor(protocolVersion: string) {
    this.#isPrimed = protocolVersion >= FIRST_PRIMED_VERSION;
  }

  /** The stream of a GET, while there is one, read or not. */
  get standing(): ResumableStream | undefined {
    return this.#standing;
  }

  openStanding(): ResumableStream {
    if (this.#standing !== undefined) this.#streams.delete(this.#standing.id);
    this.#standing = this.open();
    return this.#standing;
  }

  /** A new stream; the ones that nobody came back for go. */
  open(): ResumableStream {
    const before = performance.now() - KEEP_MS;
    for (const [id, { unreadSince }] of this.#streams) {
      const isFull = this.#streams.size >= MAX_STREAMS;
      if (unreadSince !== undefined && (isFull || unreadSince < before)) this.#streams.delete(id);
    }
    const stream = new ResumableStream(this.#isPrimed);
    this.#streams.set(stream.id, stream);
    return stream;
  }

  /** The stream that an event id of this session belongs to, and how far its client got. */
  find(eventId: string): { readonly stream: ResumableStream; readonly seq: number } | undefined {
    const read = readEventId(eventId);
    const stream = read === undefined ? undefined : this.#streams.get(read.stream);
    return read === undefined || stream === undefined ? undefined : { stream, seq: read.seq };
  }

  endAll(): void {
    for (const stream of this.#streams.values()) stream.end();
    this.#streams.clear();
  }
}
