import { McpDefinitions } from '@gatehouse/mcp-spawner';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { McpSessions } from './sessions/mcp-sessions.ts';

const LISTS = ['tools', 'resources', 'prompts'] as const;

/** Tells connected clients on their streams that a server was discovered anew. */
@Injectable()
export class ListAnnouncements implements OnModuleDestroy {
  readonly #stop: () => void;
  readonly #sessions: McpSessions;

  constructor(
    @Inject(McpDefinitions) definitions: McpDefinitions,
    @Inject(McpSessions) sessions: McpSessions,
  ) {
    this.#sessions = sessions;
    this.#stop = definitions.onReplaced((server) => this.#announce(server));
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.#stop();
    this.#sessions.endAll();
  }

  #announce(server: string): void {
    for (const session of this.#sessions.all()) {
      if (session.server !== server) continue;
      for (const list of LISTS) {
        session.stream?.notify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed` });
      }
    }
  }
}
