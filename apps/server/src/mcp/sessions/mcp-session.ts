import { randomBytes } from 'node:crypto';
import type { Principal } from '@gatehouse/identity';
import { type ContextId, type JsonValue, newId } from '@gatehouse/kernel';
import type { ClientInfo } from '../mcp-caller.ts';
import { severityOf } from '../methods/log-levels.ts';
import type { RequestId } from '../wire/json-rpc.ts';
import { OpenQuestions } from './open-questions.ts';
import { SessionStreams } from './session-streams.ts';

const MAX_WATCHED = 256;

/** One client's connection to one server, in the revisions with a handshake. */
export class McpSession {
  /** Unguessable, and worth nothing without a token of the same session. */
  readonly id = randomBytes(24).toString('base64url');
  readonly server: string;
  readonly protocolVersion: string;
  readonly clientInfo: ClientInfo;
  /** As the client declared them. */
  readonly clientCapabilities: JsonValue | undefined;
  readonly streams: SessionStreams;
  readonly questions = new OpenQuestions();
  /** Joins the rows of this connection; the session's own id never enters one. */
  readonly contextId = newId<ContextId>();
  readonly #principal: Principal;
  readonly #open = new Map<RequestId, AbortController>();
  readonly #watched = new Map<string, () => void>();
  #level = 'debug';
  lastUsedAt = 0;

  constructor(options: {
    readonly server: string;
    readonly principal: Principal;
    readonly protocolVersion: string;
    readonly clientInfo: ClientInfo;
    readonly clientCapabilities?: JsonValue | undefined;
  }) {
    this.server = options.server;
    this.#principal = options.principal;
    this.protocolVersion = options.protocolVersion;
    this.clientInfo = options.clientInfo;
    this.clientCapabilities = options.clientCapabilities;
    this.streams = new SessionStreams(options.protocolVersion);
  }

  get userId(): string {
    return this.#principal.userId;
  }

  /** The id of the token's session: what children are isolated by. */
  get isolationKey(): string {
    return this.#principal.sessionId;
  }

  /**
   * Whether a caller is the one it was opened for: user, client and agent. Not the token's bytes, nor its session: a
   * client that was granted more meanwhile goes on with another.
   */
  belongsTo(server: string, caller: Principal): boolean {
    const own = this.#principal;
    return (
      this.server === server &&
      own.userId === caller.userId &&
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

  /** The least severe log message that the client wants. */
  get level(): string {
    return this.#level;
  }

  /** False for a level that is none. */
  setLevel(level: unknown): boolean {
    const isLevel = severityOf(level) >= 0;
    if (isLevel) this.#level = level as string;
    return isLevel;
  }

  /** Remembers how to end watching a resource. False when it watches as many as it may. */
  watch(uri: string, stop: () => void): boolean {
    if (this.#watched.size >= MAX_WATCHED) return false;
    this.#watched.get(uri)?.();
    this.#watched.set(uri, stop);
    return true;
  }

  /** False for an address that is none; to end watching what is not watched is fine. */
  unwatch(uri: unknown): boolean {
    if (typeof uri !== 'string') return false;
    this.#watched.get(uri)?.();
    this.#watched.delete(uri);
    return true;
  }

  end(): void {
    for (const controller of this.#open.values()) controller.abort();
    for (const stop of this.#watched.values()) stop();
    this.#watched.clear();
    this.questions.endAll();
    this.streams.endAll();
  }
}
