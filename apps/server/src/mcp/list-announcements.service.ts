import { ChildPool, McpDefinitions, type PooledChild } from '@gatehouse/mcp-spawner';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { McpSessions } from './sessions/mcp-sessions.ts';
import { ListenStreams } from './subscriptions/listen-streams.service.ts';

const LISTS = ['tools', 'resources', 'prompts'] as const;
type List = (typeof LISTS)[number];

/**
 * Tells connected clients on their streams that a list changed: all of a server's when it was discovered anew, and
 * those of a process that says so of itself, which has the server discovered anew too.
 */
@Injectable()
export class ListAnnouncements implements OnModuleDestroy {
  readonly #stops: readonly (() => void)[];

  constructor(
    @Inject(McpDefinitions) definitions: McpDefinitions,
    @Inject(ChildPool) pool: ChildPool,
    @Inject(McpSessions) private readonly sessions: McpSessions,
    @Inject(ListenStreams) private readonly listeners: ListenStreams,
  ) {
    this.#stops = [
      definitions.onReplaced((server) => {
        for (const list of LISTS) this.#announce(list, server, () => true);
      }),
      pool.onNotice((child, method) => {
        const list = LISTS.find((name) => method === `notifications/${name}/list_changed`);
        if (list === undefined) return;
        this.#announce(list, child.server.name, (session) => isOf(child, session));
        definitions.refreshSoon(child.server.name);
      }),
    ];
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    for (const stop of this.#stops) stop();
    this.sessions.endAll();
  }

  #announce(list: List, server: string, isMeant: (sessionId: string) => boolean): void {
    for (const stream of this.listeners.all()) {
      if (stream.server === server && isMeant(stream.sessionId)) stream.listChanged(list);
    }
    const message = { jsonrpc: '2.0', method: `notifications/${list}/list_changed` };
    for (const session of this.sessions.all()) {
      if (session.server === server && isMeant(session.isolationKey))
        session.streams.standing?.notify(message);
    }
  }
}

function isOf({ server, owner }: PooledChild, sessionId: string): boolean {
  return server.config.isolation === 'shared' || owner.isolationKey === sessionId;
}
