import type { JsonObject } from '@gatehouse/kernel';
import { ChildPool, type PooledChild } from '@gatehouse/mcp-spawner';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { McpRequest } from '../methods/mcp-request.ts';

export const ELICITATION_COMPLETE = 'notifications/elicitation/complete';
const KEEP_MS = 60 * 60_000;
const MAX_KEPT = 1_000;

interface Kept {
  readonly request: McpRequest;
  readonly until: number;
}

/**
 * Addresses that clients were asked to open (revision 2025-11-25, "URL mode elicitation"). When the server says that what
 * was to be done there is done, the client that was asked is told, once, and nobody else: nothing but the id goes along.
 */
@Injectable()
export class UrlElicitations implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  readonly #stop: () => void;

  constructor(@Inject(ChildPool) pool: ChildPool) {
    this.#stop = pool.onNotice((child, method, params) => {
      if (method === ELICITATION_COMPLETE) this.#complete(child, params?.elicitationId);
    });
  }

  onModuleDestroy(): void {
    this.#stop();
  }

  /** A client of a session was asked to open one. */
  asked(request: McpRequest, { elicitationId }: JsonObject): void {
    if (typeof elicitationId !== 'string' || request.session === null) return;
    const { server, session } = request;
    this.#kept.set(keyOf(server.name, session.isolationKey, elicitationId), {
      request,
      until: performance.now() + KEEP_MS,
    });
    for (const [key, { until }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT && until > performance.now()) break;
      this.#kept.delete(key);
    }
  }

  #complete({ server, owner }: PooledChild, elicitationId: unknown): void {
    if (typeof elicitationId !== 'string') return;
    const key = keyOf(server.name, owner.isolationKey, elicitationId);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (kept === undefined || kept.until < performance.now()) return;
    const message = { jsonrpc: '2.0', method: ELICITATION_COMPLETE, params: { elicitationId } };
    const standing = kept.request.session?.streams.standing;
    if (standing?.isAttached === true) standing.notify(message);
    else kept.request.relay(message);
  }
}

function keyOf(server: string, isolationKey: string, elicitationId: string): string {
  return [server, isolationKey, elicitationId].join('\n');
}
