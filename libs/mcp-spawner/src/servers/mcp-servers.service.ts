import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { Inject, Injectable } from '@nestjs/common';
import type { StderrLine } from '../children/stderr-ring.ts';
import { RegisteredServer } from './registered-server.ts';
import type { McpServerStatus } from './server-status.ts';

/** The MCP servers of this installation, in the order of their configuration. */
@Injectable()
export class McpServers {
  readonly #servers: ReadonlyMap<string, RegisteredServer>;

  constructor(@Inject(CONFIGURATION) configuration: Configuration) {
    this.#servers = new Map(
      [...configuration.services.mcpServers].map(([name, config]) => [name, new RegisteredServer(config)]),
    );
  }

  names(): readonly string[] {
    return [...this.#servers.keys()];
  }

  find(name: string): RegisteredServer | undefined {
    return this.#servers.get(name);
  }

  all(): readonly RegisteredServer[] {
    return [...this.#servers.values()];
  }

  /** How every server stands now: discovery, processes, counters. */
  status(): readonly McpServerStatus[] {
    return this.all().map((server) => server.status());
  }

  /** What a server's children last wrote to standard error: text of the tool, to be redacted before it is shown. */
  stderr(name: string): readonly StderrLine[] {
    return this.#servers.get(name)?.stderr.lines() ?? [];
  }
}
