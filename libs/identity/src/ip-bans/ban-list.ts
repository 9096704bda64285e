import type { BlockList } from 'node:net';
import type { LiveBan } from './ip-ban.queries.ts';
import { blockListOf, isListed, networkOf, plainAddress } from './network.ts';

const REMEMBERED = 10_000;

/** Bans at one moment, asked by address. What is asked often is remembered until a ban comes, goes or ends. */
export class BanList {
  readonly #bans: readonly LiveBan[];
  readonly #known = new Map<string, string | null>();
  #inForce: { list: BlockList; bans: { id: string; list: BlockList }[] } | null = null;
  #validUntilMs = Number.NEGATIVE_INFINITY;

  constructor(bans: readonly LiveBan[]) {
    this.#bans = bans;
  }

  /** The id of a ban that keeps this address out, or null. */
  find(address: string, nowMs: number): string | null {
    if (this.#bans.length === 0) return null;
    if (this.#inForce === null || nowMs >= this.#validUntilMs) this.#compile(nowMs);
    const plain = plainAddress(address);
    const known = this.#known.get(plain);
    if (known !== undefined) return known;
    const { list, bans } = this.#inForce!;
    const found = isListed(list, plain) ? bans.find((ban) => isListed(ban.list, plain))!.id : null;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(plain, found);
    return found;
  }

  #compile(nowMs: number): void {
    const live = this.#bans.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
    const bans = live.map(({ id, network }) => ({ id, network: networkOf(network) }));
    this.#inForce = {
      list: blockListOf(bans.map(({ network }) => network)),
      bans: bans.map(({ id, network }) => ({ id, list: blockListOf([network]) })),
    };
    this.#validUntilMs = Math.min(...live.map(({ expiresAtMs }) => expiresAtMs ?? Number.POSITIVE_INFINITY));
    this.#known.clear();
  }
}
