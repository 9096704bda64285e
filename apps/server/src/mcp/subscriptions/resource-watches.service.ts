import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { ChildPool, type PooledChild, type UpstreamOutcome } from '@gatehouse/mcp-spawner';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { relayedParams } from '../methods/relayed-params.ts';

/** What is told whoever watches a resource. */
export interface ResourceWatcher {
  updated(uri: string): void;
  /** The process that was watching is gone: no more will come. */
  lost(): void;
}

interface Watch {
  readonly watchers: Set<ResourceWatcher>;
  readonly began: Promise<UpstreamOutcome>;
  stop(): void;
}

const BEGUN: UpstreamOutcome = { kind: 'result', result: {} };

/** Resources that children watch for clients: each once a child, however many clients watch it. */
@Injectable()
export class ResourceWatches implements OnModuleDestroy {
  readonly #byChild = new Map<PooledChild, Map<string, Watch>>();
  readonly #stopListening: () => void;

  constructor(@Inject(ChildPool) pool: ChildPool) {
    const stopNotices = pool.onNotice((child, method, params) => this.#hear(child, method, params));
    const stopEnds = pool.onEnd((child) => this.#lose(child));
    this.#stopListening = () => {
      stopNotices();
      stopEnds();
    };
  }

  onModuleDestroy(): void {
    this.#stopListening();
  }

  /** Begins to watch; how the child answered, and how to end it. A watch that did not begin needs no end. */
  async watch(
    child: PooledChild,
    uri: string,
    watcher: ResourceWatcher,
    meta: Parameters<typeof relayedParams>[1],
  ): Promise<{ readonly outcome: UpstreamOutcome; readonly stop: () => void }> {
    let watches = this.#byChild.get(child);
    if (watches === undefined) {
      watches = new Map();
      this.#byChild.set(child, watches);
    }
    let watch = watches.get(uri);
    if (watch === undefined) {
      watch = begin(child, uri, meta);
      watches.set(uri, watch);
    }
    watch.watchers.add(watcher);
    const stop = () => this.#end(child, uri, watcher);
    const outcome = await watch.began;
    if (outcome.kind !== 'result') stop();
    return { outcome, stop };
  }

  #end(child: PooledChild, uri: string, watcher: ResourceWatcher): void {
    const watches = this.#byChild.get(child);
    const watch = watches?.get(uri);
    if (watch === undefined || !watch.watchers.delete(watcher) || watch.watchers.size > 0) return;
    watches?.delete(uri);
    if (watches?.size === 0) this.#byChild.delete(child);
    watch.stop();
  }

  #hear(child: PooledChild, method: string, params: JsonObject | undefined): void {
    if (method !== 'notifications/resources/updated') return;
    const uri = isJsonObject(params) ? params.uri : undefined;
    if (typeof uri !== 'string') return;
    for (const watcher of this.#byChild.get(child)?.get(uri)?.watchers ?? []) watcher.updated(uri);
  }

  #lose(child: PooledChild): void {
    const watches = this.#byChild.get(child);
    this.#byChild.delete(child);
    for (const { watchers } of watches?.values() ?? []) for (const watcher of watchers) watcher.lost();
  }
}

/** A child of the era with a handshake is asked to watch; one without is listened to, in a request that stays open. */
function begin(child: PooledChild, uri: string, meta: Parameters<typeof relayedParams>[1]): Watch {
  const release = child.hold();
  const watchers = new Set<ResourceWatcher>();
  if (meta.era === 'legacy') {
    return {
      watchers,
      began: child.request({ method: 'resources/subscribe', params: relayedParams({ uri }, meta) }),
      stop: () => {
        void child.request({ method: 'resources/unsubscribe', params: { uri } }).finally(release);
      },
    };
  }
  const given = new AbortController();
  const { promise, resolve } = Promise.withResolvers<UpstreamOutcome>();
  const params = relayedParams({ notifications: { resourceSubscriptions: [uri] } }, meta);
  void child
    .request({
      method: 'subscriptions/listen',
      params,
      isWatch: true,
      signal: given.signal,
      onAcknowledged: () => resolve(BEGUN),
    })
    .then(resolve);
  return {
    watchers,
    began: promise,
    stop: () => {
      given.abort();
      release();
    },
  };
}
