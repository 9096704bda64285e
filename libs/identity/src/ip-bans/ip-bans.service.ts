import { systemContext, WrittenTexts } from '@gatehouse/audit';
import { ChangeFeed, type FeedQuery } from '@gatehouse/database';
import { newId, type RequestContext } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { type Page, type PageRequest, pageBounds, pageOf } from '../page.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { BanList } from './ban-list.ts';
import { BANS_MARK, insertBan, LIVE_BANS, type LiveBan, liftBan, listBans } from './ip-ban.queries.ts';
import type { IpBan } from './ip-ban.ts';
import { networkOf } from './network.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 3650;
const BAN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export interface NewIpBan {
  /** An address, or a network such as `203.0.113.0/24`. */
  readonly network: string;
  readonly reason: string;
  /** Null or left out: until it is lifted. */
  readonly durationMs?: number | null;
  readonly actor?: RequestContext;
}

/** Who is kept out by address. A ban is in force at every door of every process within a second. */
@Injectable()
export class IpBans {
  #list = new BanList([]);
  #mark = '';
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly clock: TokenClock,
    private readonly feed: ChangeFeed,
    private readonly texts: WrittenTexts,
  ) {
    feed.follow({
      channel: 'gatehouse_bans',
      heard: () => {
        this.#mark = '';
        feed.reread();
      },
      reread: (query, connected) => this.#reread(query, connected),
    });
  }

  /**
   * The id of the ban that keeps an address out, or null. At once while this process hears of changes; else the
   * database is asked. One that does not answer bans nobody: nothing that it would keep anybody from is allowed then.
   */
  find(address: string): string | null | Promise<string | null> {
    if (this.feed.silent) return this.#ask(address);
    return this.#list.find(address, this.clock.now());
  }

  /** `listener` is called when this process has read that bans came or went. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /**
   * @throws AppError `IDENTITY_NETWORK_INVALID`, `IDENTITY_NETWORK_OWN`, `IDENTITY_BAN_REASON_INVALID`,
   *   `IDENTITY_TEXT_HOLDS_CREDENTIAL`,
   *   `IDENTITY_BAN_DURATION_INVALID`, `IDENTITY_BAN_EXISTS`, `IDENTITY_BANS_FULL` at 10,000
   */
  async add({ network: text, reason, durationMs = null, actor = systemContext() }: NewIpBan): Promise<IpBan> {
    const network = networkOf(text);
    if (this.texts.holdCredential(reason)) throw identityError('IDENTITY_TEXT_HOLDS_CREDENTIAL');
    const createdAt = new Date(this.clock.now());
    const ban = {
      id: newId(),
      network: network.text,
      reason: reasonOf(reason),
      createdBy: actor.userId,
      createdAt,
      expiresAt: durationMs === null ? null : new Date(createdAt.getTime() + durationOf(durationMs)),
    };
    await this.changes.make(async (manager) => {
      const outcome = await insertBan(manager, ban);
      if (outcome === 'exists') throw identityError('IDENTITY_BAN_EXISTS');
      if (outcome === 'full') throw identityError('IDENTITY_BANS_FULL');
      const detail = { banId: ban.id, network: ban.network, expiresAt: ban.expiresAt?.toISOString() ?? null };
      const why = 'An address or network was banned.';
      return {
        result: undefined,
        events: [{ event: 'admin.ip_banned', actor, action: 'ip_bans.add', reason: why, detail }],
      };
    });
    return this.get(ban.id);
  }

  /** By its id or its network. @throws AppError `IDENTITY_BAN_UNKNOWN` where no such ban is in force */
  async lift(idOrNetwork: string, actor: RequestContext = systemContext()): Promise<IpBan> {
    const which = BAN_ID.test(idOrNetwork) ? { id: idOrNetwork } : { network: networkOf(idOrNetwork).text };
    return this.changes.make(async (manager) => {
      const ban = await liftBan(manager, which, actor.userId, new Date(this.clock.now()));
      if (ban === null) throw identityError('IDENTITY_BAN_UNKNOWN');
      const detail = { banId: ban.id, network: ban.network };
      const reason = 'A ban was lifted.';
      return {
        result: ban,
        events: [{ event: 'admin.ip_ban_lifted', actor, action: 'ip_bans.lift', reason, detail }],
      };
    });
  }

  /** @throws AppError `IDENTITY_BAN_UNKNOWN` */
  async get(id: string): Promise<IpBan> {
    if (!BAN_ID.test(id)) throw identityError('IDENTITY_BAN_UNKNOWN');
    const found = await listBans(this.dataSource, { all: true, after: `${id}~`, size: 1 });
    const ban = found.find((one) => one.id === id);
    if (ban === undefined) throw identityError('IDENTITY_BAN_UNKNOWN');
    return ban;
  }

  /** Newest first; with `all` those that are over too. */
  async list({ all = false, ...request }: PageRequest & { all?: boolean } = {}): Promise<Page<IpBan>> {
    const { after, size } = pageBounds(request);
    return pageOf(await listBans(this.dataSource, { all, after, size }), size);
  }

  async #reread(query: FeedQuery, connected: boolean): Promise<void> {
    const [mark] = await query<{ n: number; latest: string | null }>(BANS_MARK);
    const text = `${mark?.n} ${mark?.latest}`;
    if (!connected && text === this.#mark) return;
    this.#list = new BanList(await query<LiveBan & Record<string, unknown>>(LIVE_BANS));
    this.#mark = text;
    for (const listener of this.#listeners) listener();
  }

  async #ask(address: string): Promise<string | null> {
    try {
      const bans = new BanList(await this.dataSource.query<LiveBan[]>(LIVE_BANS));
      return bans.find(address, this.clock.now());
    } catch {
      return this.#list.find(address, this.clock.now());
    }
  }
}

function reasonOf(reason: string): string {
  const text = reason.trim().normalize('NFC');
  const valid = text.length >= 1 && text.length <= 500 && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
  if (!valid) throw identityError('IDENTITY_BAN_REASON_INVALID');
  return text;
}

function durationOf(durationMs: number): number {
  if (durationMs >= 1000 && durationMs <= MAX_DAYS * DAY_MS) return durationMs;
  throw identityError('IDENTITY_BAN_DURATION_INVALID');
}
