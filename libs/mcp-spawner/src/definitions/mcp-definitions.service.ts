import { BUILT_IN_SERVER, CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, deepFreeze, type JsonObject } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ChildStarter } from '../children/child-starter.service.ts';
import { McpPins } from '../pins/mcp-pins.service.ts';
import { backoffMs } from '../pool/backoff.ts';
import { launchHash } from '../servers/launch-hash.ts';
import { planLaunch } from '../servers/launch-plan.ts';
import { McpServers } from '../servers/mcp-servers.service.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import type { ServerOffer } from '../servers/server-status.ts';
import type { McpEra } from '../upstream/protocol.ts';
import { discover } from './discover.ts';
import { DiscoveryFailed } from './discovery-failed.ts';
import { ServerDefinitionQueries } from './server-definition.queries.ts';
import type { ServerDefinition } from './server-definition.ts';

/** With the two seconds in which a process may stop: ten in all. */
const DISCOVERY_MS = 8_000;
/** A server that could not be discovered is tried again after 1 s at the earliest. */
const FIRST_RETRY_MS = 1_000;
/** A server whose processes say that its lists changed is discovered anew at most this often; many say so as they start. */
const REFRESH_MS = 60_000;
const SETTLE_MS = 500;

const PROGRAM_HELD = 'its program is not the one that was approved: gatehouse plugins mcp changes';

/**
 * What every server offers, kept in the database from the last discovery run, so that connecting and listing
 * spawn nothing. A server is discovered anew when what would be launched for it changed.
 */
@Injectable()
export class McpDefinitions {
  readonly #root: string;
  readonly #servers: McpServers;
  readonly #starter: ChildStarter;
  readonly #queries: ServerDefinitionQueries;
  readonly #pins: McpPins;
  readonly #kept = new Map<string, ReadonlyMap<McpEra, ServerDefinition>>();
  readonly #tools = new Map<string, ReadonlyMap<unknown, JsonObject>>();
  readonly #listeners = new Set<(server: string) => void>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
  readonly #refreshes = new Map<string, NodeJS.Timeout>();
  readonly #refreshedAt = new Map<string, number>();
  #running = false;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    servers: McpServers,
    starter: ChildStarter,
    queries: ServerDefinitionQueries,
    pins: McpPins,
  ) {
    this.#root = configuration.installation.root;
    this.#servers = servers;
    this.#starter = starter;
    this.#queries = queries;
    this.#pins = pins;
  }

  /** Reads what is kept and discovers, in parallel, the servers that are new or changed: 10 s each at most. */
  async start(): Promise<void> {
    this.#running = true;
    for (const [server, definitions] of Map.groupBy(await this.#queries.all(), (kept) => kept.server)) {
      if (server !== BUILT_IN_SERVER) this.#keep(server, definitions);
    }
    const started = this.#servers.all().filter(({ config }) => config.builtIn === null);
    await Promise.all(started.map((server) => this.#refreshIfChanged(server)));
  }

  /**
   * Takes what the server that runs in Gatehouse itself offers. It came with this program: there is nothing to start, to
   * ask, to store or to approve.
   */
  offerBuiltIn(offered: Omit<ServerDefinition, 'server' | 'configHash' | 'discoveredAt'>): void {
    this.#keep(BUILT_IN_SERVER, [
      { ...offered, server: BUILT_IN_SERVER, configHash: '', discoveredAt: new Date() },
    ]);
  }

  stop(): void {
    this.#running = false;
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
    for (const timer of this.#refreshes.values()) clearTimeout(timer);
    this.#refreshes.clear();
  }

  /** Calls `listener` with a server's name whenever what is kept of it was replaced; returns how to end that. */
  onReplaced(listener: (server: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that what is offered of a server is no longer what it was. */
  announce(server: string): void {
    for (const listener of this.#listeners) listener(server);
  }

  /** What a server offers to clients of one era; undefined when it was never discovered or does not speak it. */
  find(server: string, era: McpEra): ServerDefinition | undefined {
    return this.#kept.get(server)?.get(era);
  }

  /** The same for a client of one era, whom a server that does not speak it is translated to. */
  forClient(server: string, era: McpEra): ServerDefinition | undefined {
    return this.find(server, era) ?? this.find(server, era === 'legacy' ? 'modern' : 'legacy');
  }

  /** The eras that a server speaks, as far as is known. */
  eras(server: string): readonly McpEra[] {
    return [...(this.#kept.get(server)?.keys() ?? [])];
  }

  /** One tool's definition, in whichever era it is known. */
  findTool(server: string, tool: string): JsonObject | undefined {
    return this.#tools.get(server)?.get(tool);
  }

  /**
   * Discovers one server now, whatever is kept of it.
   *
   * @throws DiscoveryFailed; what was kept stays kept
   */
  async refresh(name: string): Promise<void> {
    const server = this.#servers.find(name);
    if (server === undefined) {
      throw new AppError('MCP_SPAWNER_UNKNOWN_SERVER', 'no MCP server of that name is configured');
    }
    if (server.config.builtIn !== null) return;
    const hash = await this.#hashOf(server);
    if (hash === undefined) throw new DiscoveryFailed('its command was not found');
    if (!(await this.#pins.admitsProgram(server))) {
      this.#holdProgram(server);
      throw new DiscoveryFailed(PROGRAM_HELD);
    }
    await this.#discover(server, hash);
  }

  /** Starts a server once and asks what it offers; nothing of it is kept. Never throws. */
  async probe(name: string): Promise<{
    readonly valid: boolean;
    readonly problem: string | null;
    readonly eras: readonly McpEra[];
    readonly tools: number;
    readonly server_info: JsonObject | null;
  }> {
    const server = this.#servers.find(name);
    const none = { eras: [], tools: 0, server_info: null };
    try {
      if (server === undefined) throw new DiscoveryFailed('no MCP server of that name is configured');
      if (!(await this.#pins.admitsProgram(server))) throw new DiscoveryFailed(PROGRAM_HELD);
      const found =
        server.config.builtIn === null
          ? await discover(() => this.#starter.start(server, () => {}), DISCOVERY_MS)
          : [...(this.#kept.get(name)?.values() ?? [])];
      const eras = found.map(({ era }) => era);
      const tools = Math.max(0, ...found.map((one) => one.tools.length));
      return { valid: true, problem: null, eras, tools, server_info: found[0]?.serverInfo ?? null };
    } catch (error) {
      const problem = error instanceof AppError ? error.message : 'it could not be asked';
      return { valid: false, problem, ...none };
    }
  }

  /** Nothing of another program than the approved one runs, not even to ask it what it offers. */
  #holdProgram(server: RegisteredServer): void {
    server.discovery = { ...server.discovery, state: 'held', problem: PROGRAM_HELD };
  }

  /** Discovers one server anew in a while, because a process of it says that its lists changed; never throws. */
  refreshSoon(name: string): void {
    if (!this.#running || this.#refreshes.has(name)) return;
    const again = (this.#refreshedAt.get(name) ?? -REFRESH_MS) + REFRESH_MS - performance.now();
    const timer = setTimeout(
      () => {
        this.#refreshes.delete(name);
        this.#refreshedAt.set(name, performance.now());
        this.refresh(name).catch(() => {});
      },
      Math.max(SETTLE_MS, again),
    );
    this.#refreshes.set(name, timer.unref());
  }

  async #refreshIfChanged(server: RegisteredServer): Promise<void> {
    try {
      const hash = await this.#hashOf(server);
      if (hash === undefined) throw new DiscoveryFailed('its command was not found');
      const kept = [...(this.#kept.get(server.name)?.values() ?? [])];
      if (!(await this.#pins.admitsProgram(server))) {
        this.#holdProgram(server);
        return;
      }
      if (kept.length > 0 && kept.every((definition) => definition.configHash === hash)) {
        await this.#pins.review(server, kept);
        return;
      }
      // What another executable or command line offered says nothing about this one.
      if (kept.length > 0) this.#keep(server.name, []);
      await this.#discover(server, hash);
    } catch {
      this.#retryLater(server);
    }
  }

  async #discover(server: RegisteredServer, configHash: string): Promise<void> {
    server.discovery = { ...server.discovery, state: 'discovering' };
    try {
      const found = await discover(() => this.#starter.start(server, () => {}), DISCOVERY_MS);
      const discoveredAt = new Date();
      const definitions = found.map((one) => ({ ...one, server: server.name, configHash, discoveredAt }));
      await this.#pins.review(server, definitions);
      await this.#queries.replace(server.name, definitions);
      this.#keep(server.name, definitions);
      this.announce(server.name);
    } catch (error) {
      const problem = error instanceof AppError ? error.message : 'its definitions could not be stored';
      const needsSecret = error instanceof AppError && error.code === 'MCP_SPAWNER_NEEDS_SECRET';
      server.discovery = { ...server.discovery, state: needsSecret ? 'needs secret' : 'failed', problem };
      throw error;
    }
  }

  #keep(name: string, definitions: readonly ServerDefinition[]): void {
    const server = this.#servers.find(name);
    if (server === undefined) return;
    this.#kept.set(name, new Map(definitions.map((one) => [one.era, deepFreeze(one)])));
    const tools = definitions.flatMap((one) => one.tools.map((tool) => [tool.name, tool] as const));
    this.#tools.set(name, new Map(tools));
    server.discovery = {
      state: definitions.length > 0 ? 'ready' : 'unknown',
      problem: null,
      retryAt: null,
      failures: 0,
      discoveredAt: definitions[0]?.discoveredAt.getTime() ?? null,
      offer: offerOf(definitions),
    };
  }

  #retryLater(server: RegisteredServer): void {
    if (!this.#running) return;
    const failures = server.discovery.failures + 1;
    const delayMs = Math.max(FIRST_RETRY_MS, backoffMs(failures + 1));
    const problem = server.discovery.problem ?? 'its command was not found';
    const retryAt = Date.now() + delayMs;
    const state = server.discovery.state === 'needs secret' ? 'needs secret' : 'failed';
    server.discovery = { ...server.discovery, state, problem, failures, retryAt };
    const timer = setTimeout(() => void this.#refreshIfChanged(server), delayMs);
    timer.unref();
    this.#retries.set(server.name, timer);
  }

  #hashOf(server: RegisteredServer): Promise<string> | undefined {
    const plan = planLaunch(server.config, this.#root);
    return plan === undefined ? undefined : launchHash(plan);
  }
}

function offerOf(definitions: readonly ServerDefinition[]): ServerOffer {
  const most = (count: (one: ServerDefinition) => number): number => Math.max(0, ...definitions.map(count));
  return {
    eras: definitions.map((one) => one.era),
    tools: most((one) => one.tools.length),
    resources: most((one) => one.resources.length + one.resourceTemplates.length),
    prompts: most((one) => one.prompts.length),
    leftOut: most((one) => one.leftOut),
  };
}
