import { randomBytes } from 'node:crypto';
import type { Principal } from '@gatehouse/identity';
import { type ContextId, newId } from '@gatehouse/kernel';
import type { ClientInfo } from '../mcp-caller.ts';
import type { EventStream } from '../wire/event-stream.ts';
import type { RequestId } from '../wire/json-rpc.ts';

const LEVELS: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** One client's connection to one server, in the revisions with a handshake. */
export class McpSession {
  /** Unguessable, and worth nothing without a token of the same session. */
  readonly id = randomBytes(24).toString('base64url');
  readonly server: string;
  readonly protocolVersion: string;
  readonly clientInfo: ClientInfo;
  /** Joins the rows of this connection; the session's own id never enters one. */
  readonly contextId = newId<ContextId>();
  readonly #principal: Principal;
  readonly #open = new Map<RequestId, AbortController>();
  #level = 0;
  /** The stream of a GET, while there is one. */
  stream: EventStream | undefined;
  lastUsedAt = 0;

  constructor(options: {
    readonly server: string;
    readonly principal: Principal;
    readonly protocolVersion: string;
    readonly clientInfo: ClientInfo;
  }) {
    this.server = options.server;
    this.#principal = options.principal;
    this.protocolVersion = options.protocolVersion;
    this.clientInfo = options.clientInfo;
  }

  get userId(): string {
    return this.#principal.userId;
  }

  /** The id of the token's session: what children are isolated by. */
  get isolationKey(): string {
    return this.#principal.sessionId;
  }

  /** Whether a caller is the one it was opened for: user, token session, client and agent, never the token's bytes. */
  belongsTo(server: string, caller: Principal): boolean {
    const own = this.#principal;
    return (
      this.server === server &&
      own.userId === caller.userId &&
      own.sessionId === caller.sessionId &&
      own.clientId === caller.clientId &&
      own.agentId === caller.agentId
    );
  }

  /** Remembers an open request, so that it can be cancelled; undefined when its id is open already. */
  open(id: RequestId): AbortController | undefined {
    if (this.#open.has(id)) return undefined;
    const controller = new AbortController();
    this.#open.set(id, controller);
    return controller;
  }

  close(id: RequestId): void {
    this.#open.delete(id);
  }

  cancel(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#open.get(id)?.abort();
  }

  /** The least severe log message the client wants. False for a level that is none. */
  setLevel(level: unknown): boolean {
    const index = severityOf(level);
    if (index >= 0) this.#level = index;
    return index >= 0;
  }

  wantsLevel(level: unknown): boolean {
    return severityOf(level) >= this.#level;
  }

  end(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.stream?.end();
  }
}

function severityOf(level: unknown): number {
  return typeof level === 'string' ? LEVELS.indexOf(level) : -1;
}
