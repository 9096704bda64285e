import { CredentialResolver } from '@gatehouse/identity';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { McpCaller } from '../mcp-caller.ts';
import { ListenStream } from './listen-stream.ts';

const MAX_STREAMS = 1_000;
const MAX_STREAMS_PER_USER = 32;
const RECHECK_MS = 1_000;

/** The open streams of `subscriptions/listen` of this process. None outlives its token, session or user (threat T17). */
@Injectable()
export class ListenStreams implements OnModuleDestroy {
  readonly #open = new Set<ListenStream>();

  constructor(@Inject(CredentialResolver) private readonly credentials: CredentialResolver) {}

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    for (const stream of this.#open) stream.end();
  }

  all(): readonly ListenStream[] {
    return [...this.#open];
  }

  /** False when the server, or this user, has as many as there may be. */
  add(stream: ListenStream, { bearer }: McpCaller): boolean {
    const own = this.all().filter(({ userId }) => userId === stream.userId);
    if (this.#open.size >= MAX_STREAMS || own.length >= MAX_STREAMS_PER_USER) return false;
    this.#open.add(stream);
    const watch = setInterval(() => void this.#endIfRefused(stream, bearer), RECHECK_MS).unref();
    stream.onEnd(() => {
      clearInterval(watch);
      this.#open.delete(stream);
    });
    return true;
  }

  async #endIfRefused(stream: ListenStream, bearer: string | undefined): Promise<void> {
    const outcome = await this.credentials.resolve(bearer, `mcp/${stream.server}`);
    if (!outcome.ok) stream.end();
  }
}
