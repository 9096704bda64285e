import type { JsonObject } from '@gatehouse/kernel';
import { SERVER_INFO_KEY, SUBSCRIPTION_ID_KEY } from '@gatehouse/mcp-spawner';
import type { Exchange } from '../streams/exchange.ts';
import { type RequestId, result } from '../wire/json-rpc.ts';
import { acknowledged, type ListenFilter } from './listen-filter.ts';
import type { ResourceWatcher } from './resource-watches.service.ts';

/** One open `subscriptions/listen`: acknowledges, then tells what was asked for, each message under the request's id. */
export class ListenStream implements ResourceWatcher {
  readonly server: string;
  readonly userId: string;
  /** Of the token. */
  readonly sessionId: string;
  readonly #exchange: Exchange;
  readonly #id: RequestId;
  readonly #filter: ListenFilter;
  readonly #serverInfo: JsonObject;
  readonly #stops: (() => void)[] = [];
  #isOpen = true;

  constructor(options: {
    readonly server: string;
    readonly userId: string;
    readonly sessionId: string;
    readonly exchange: Exchange;
    readonly id: RequestId;
    readonly filter: ListenFilter;
    readonly serverInfo: JsonObject;
  }) {
    this.server = options.server;
    this.userId = options.userId;
    this.sessionId = options.sessionId;
    this.#exchange = options.exchange;
    this.#id = options.id;
    this.#filter = options.filter;
    this.#serverInfo = options.serverInfo;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  acknowledge(): void {
    this.#tell('notifications/subscriptions/acknowledged', { notifications: acknowledged(this.#filter) });
  }

  listChanged(list: ListenFilter['lists'][number]): void {
    if (this.#filter.lists.includes(list)) this.#tell(`notifications/${list}/list_changed`, {});
  }

  updated(uri: string): void {
    if (this.#filter.uris.includes(uri)) this.#tell('notifications/resources/updated', { uri });
  }

  lost(): void {
    this.end();
  }

  /** Called when the stream ends, or at once when it has. */
  onEnd(stop: () => void): void {
    if (this.#isOpen) this.#stops.push(stop);
    else stop();
  }

  /** The client went away. */
  drop(): void {
    this.#isOpen = false;
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Ends it from here: the request gets its result. */
  end(): void {
    if (!this.#isOpen) return;
    this.drop();
    const _meta = { [SUBSCRIPTION_ID_KEY]: this.#id, [SERVER_INFO_KEY]: this.#serverInfo };
    this.#exchange.answer(this.#id, result({ resultType: 'complete', _meta }));
  }

  #tell(method: string, params: JsonObject): void {
    if (!this.#isOpen) return;
    const _meta = { [SUBSCRIPTION_ID_KEY]: this.#id };
    this.#exchange.notify({ jsonrpc: '2.0', method, params: { ...params, _meta } });
  }
}
