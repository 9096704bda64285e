import type { Principal } from '@gatehouse/identity';
import { Injectable } from '@nestjs/common';
import { McpSession } from './mcp-session.ts';

const IDLE_MS = 60 * 60_000;
const MAX_SESSIONS_PER_USER = 64;
const MAX_SESSIONS = 5_000;

/** The open MCP sessions of this process: bound to their caller, ended when unused for an hour, bounded in number. */
@Injectable()
export class McpSessions {
  readonly #sessions = new Map<string, McpSession>();

  /** Adds a session; the user's least recently used one ends for it. False when the server is full. */
  add(session: McpSession): boolean {
    this.#endExpired();
    const own = this.all().filter(({ userId }) => userId === session.userId);
    if (own.length >= MAX_SESSIONS_PER_USER) {
      this.end(own.reduce((oldest, one) => (one.lastUsedAt < oldest.lastUsedAt ? one : oldest)));
    } else if (this.#sessions.size >= MAX_SESSIONS) return false;
    session.lastUsedAt = performance.now();
    this.#sessions.set(session.id, session);
    return true;
  }

  /** The caller's session of that id with that server. Somebody else's is as unknown as one that never was. */
  find(id: string, server: string, caller: Principal): McpSession | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || !session.belongsTo(server, caller)) return undefined;
    if (performance.now() - session.lastUsedAt > IDLE_MS && session.streams.standing?.isAttached !== true) {
      this.end(session);
      return undefined;
    }
    session.lastUsedAt = performance.now();
    return session;
  }

  end(session: McpSession): void {
    this.#sessions.delete(session.id);
    session.end();
  }

  /** Whether a caller has other connections to a server whose calls go to the same child. */
  sharesChild({ server, isolationKey }: McpSession): boolean {
    return this.all().some((one) => one.server === server && one.isolationKey === isolationKey);
  }

  all(): readonly McpSession[] {
    return [...this.#sessions.values()];
  }

  endAll(): void {
    for (const session of this.all()) this.end(session);
  }

  #endExpired(): void {
    const before = performance.now() - IDLE_MS;
    for (const session of this.all()) {
      if (session.lastUsedAt < before && session.streams.standing?.isAttached !== true) this.end(session);
    }
  }
}
