import { ChangeFeed, type FeedQuery } from '@gatehouse/database';
import { SECRETS_CHANNEL } from '@gatehouse/secrets';
import { Inject, Injectable } from '@nestjs/common';
import { McpDefinitions } from '../definitions/mcp-definitions.service.ts';
import { ChildPool } from '../pool/child-pool.service.ts';
import { McpServers } from '../servers/mcp-servers.service.ts';
import { secretNamesOf } from './secret-names.ts';

/**
 * Follows what the store holds: processes that were started with an older version of a secret are drained, and a server that
 * waited for one is discovered. Nothing needs a restart.
 */
@Injectable()
export class SecretWatch {
  readonly #servers: McpServers;
  readonly #pool: ChildPool;
  readonly #definitions: McpDefinitions;
  #known: ReadonlyMap<string, number> | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ChangeFeed) feed: ChangeFeed,
    @Inject(McpServers) servers: McpServers,
    @Inject(ChildPool) pool: ChildPool,
    @Inject(McpDefinitions) definitions: McpDefinitions,
  ) {
    this.#servers = servers;
    this.#pool = pool;
    this.#definitions = definitions;
    feed.follow({
      channel: SECRETS_CHANNEL,
      heard: () => feed.reread(),
      reread: (query) => this.#reread(query),
    });
  }

  async #reread(query: FeedQuery): Promise<void> {
    const rows = await query<{ name: string; version: number }>(
      'select name, version from secret_versions where sealed is not null',
    );
    const current = new Map(rows.map(({ name, version }) => [name, version]));
    const before = this.#known;
    this.#known = current;
    if (before === undefined) return;
    const changed = [...new Set([...before.keys(), ...current.keys()])].filter(
      (name) => before.get(name) !== current.get(name),
    );
    if (changed.length > 0) this.#settled = this.#settled.then(() => this.#renew(changed));
  }

  async #renew(changed: readonly string[]): Promise<void> {
    const receivers = this.#servers
      .all()
      .filter(({ config }) => secretNamesOf(config).some((name) => changed.includes(name)));
    for (const { name, discovery } of receivers) {
      await this.#pool.drain(name);
      // A server that fails to be discovered is tried again by itself, and says why.
      if (discovery.state !== 'ready') await this.#definitions.refresh(name).catch(() => undefined);
    }
  }
}
