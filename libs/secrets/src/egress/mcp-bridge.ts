import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { OutboundStream } from '@gatehouse/outbound';
import type { CredentialedTarget } from './credentialed-target.ts';
import { readEvents } from './event-stream.ts';
import { routingHeaders, VERSION_KEY } from './routing-headers.ts';

const RESUMES = 3;
const LISTEN_PAUSE_MS = 1_000;
const SESSION_GONE = 404;
const INTERNAL_ERROR = -32_603;

export interface BridgeEnds {
  /** Takes one message of the remote server. */
  message(text: string): void;
  /** The remote server has forgotten the session: a new process is needed. */
  sessionLost(): void;
  /** Not even the first message was answered: nothing can come of this process. */
  refused(problem: string): void;
}

/**
 * MCP messages over Streamable HTTP: revision 2025-11-25 with a session, answers as JSON or as a stream, resumed where
 * it broke off, and a stream for what the server says unasked; revision 2026-07-28 with a request for each message.
 */
export class McpBridge {
  readonly #target: CredentialedTarget;
  readonly #ends: BridgeEnds;
  readonly #maxBytes: number;
  readonly #open = new Map<string, AbortController>();
  readonly #stopped = new AbortController();
  #sessionId: string | undefined;
  #version: string | undefined;

  constructor(target: CredentialedTarget, maxBytes: number, ends: BridgeEnds) {
    this.#target = target;
    this.#maxBytes = maxBytes;
    this.#ends = ends;
  }

  /** Sends one message, with headers of its own; never rejects. What comes back goes to `message`. */
  async send(message: JsonObject, own: Readonly<Record<string, string>> = {}): Promise<void> {
    if (message.method === 'notifications/cancelled' && this.#cancel(message)) return;
    const key = message.id === undefined ? undefined : JSON.stringify(message.id);
    const cancelled = new AbortController();
    if (key !== undefined) this.#open.set(key, cancelled);
    try {
      const signal = AbortSignal.any([cancelled.signal, this.#stopped.signal]);
      const headers = { 'content-type': 'application/json', ...own, ...this.#headers(message) };
      const body = Buffer.from(JSON.stringify(message));
      const answer = await this.#target.send({ method: 'POST', headers, body, signal });
      await this.#take(message, answer);
      if (message.method === 'notifications/initialized') void this.#listen();
    } catch (error) {
      if (!cancelled.signal.aborted && !this.#stopped.signal.aborted) this.#fail(message, told(error));
    } finally {
      if (key !== undefined) this.#open.delete(key);
    }
  }

  /** Ends what is open, and the session at the remote server. */
  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    if (this.#sessionId === undefined) return;
    const ended = this.#target.send({ method: 'DELETE', headers: this.#headers({}) });
    await Promise.race([ended.then(({ body }) => body.destroy()).catch(() => undefined), pause(1_000)]);
  }

  async #take(message: JsonObject, answer: OutboundStream): Promise<void> {
    const session = answer.headers['mcp-session-id'];
    if (message.method === 'initialize' && typeof session === 'string') this.#sessionId = session;
    if (answer.status === SESSION_GONE && this.#sessionId !== undefined) this.#ends.sessionLost();
    const type = String(answer.headers['content-type'] ?? '');
    if (/^text\/event-stream\b/i.test(type)) return this.#takeStream(message, answer.body);
    const text = await this.#textOf(answer.body);
    if (message.id === undefined) return;
    const value = parse(text);
    if (value !== undefined && isJsonObject(value) && ('result' in value || 'error' in value)) {
      // An error without an id, as a refusal under a status of HTTP is, is of the one request that it came back to.
      this.#deliver(
        message,
        'error' in value && (value.id ?? null) === null ? { ...value, id: message.id } : value,
      );
    } else this.#fail(message, `the remote server answered with HTTP ${answer.status}`);
  }

  async #takeStream(message: JsonObject, first: Readable): Promise<void> {
    let body = first;
    let lastId: string | undefined;
    for (let attempt = 0; attempt <= RESUMES; attempt += 1) {
      try {
        for await (const { id, data } of readEvents(body, this.#maxBytes)) {
          lastId = id ?? lastId;
          const value = parse(data);
          if (value === undefined || !isJsonObject(value) || !this.#deliver(message, value)) continue;
          body.destroy();
          return;
        }
      } catch (error) {
        if (lastId === undefined) throw error;
      }
      // It broke off before the answer came: from there on, if the server can tell where that is.
      if (message.id === undefined || lastId === undefined) break;
      body = await this.#resume(lastId);
    }
    if (message.id !== undefined) this.#fail(message, 'the remote server broke off before it answered');
  }

  async #resume(lastId: string): Promise<Readable> {
    const signal = this.#stopped.signal;
    const headers = { ...this.#headers({}), 'last-event-id': lastId, accept: 'text/event-stream' };
    return (await this.#target.send({ method: 'GET', headers, signal })).body;
  }

  /** What the server says unasked, for as long as it offers that. */
  async #listen(): Promise<void> {
    let lastId: string | undefined;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const resumed = lastId === undefined ? {} : { 'last-event-id': lastId };
        const headers = { ...this.#headers({}), ...resumed, accept: 'text/event-stream' };
        const {
          status,
          headers: answered,
          body,
        } = await this.#target.send({ method: 'GET', headers, signal });
        if (status !== 200 || !/^text\/event-stream\b/i.test(String(answered['content-type']))) {
          body.destroy();
          return;
        }
        for await (const { id, data } of readEvents(body, this.#maxBytes)) {
          lastId = id ?? lastId;
          this.#ends.message(data);
        }
      } catch {
        // Tried again below: a stream may end at any time.
      }
      await pause(LISTEN_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Passes a message on; true when it answers the request. */
  #deliver(request: JsonObject, message: JsonObject): boolean {
    const answers = message.method === undefined && message.id === request.id;
    if (answers && request.method === 'initialize' && isJsonObject(message.result ?? null)) {
      const { protocolVersion } = message.result as JsonObject;
      if (typeof protocolVersion === 'string') this.#version = protocolVersion;
    }
    this.#ends.message(JSON.stringify(message));
    return answers;
  }

  /** Without a session, a request is cancelled by hanging up. */
  #cancel({ params }: JsonObject): boolean {
    if (this.#version !== undefined || params === undefined || !isJsonObject(params)) return false;
    const open = this.#open.get(JSON.stringify(params.requestId));
    open?.abort();
    return open !== undefined;
  }

  #headers(message: JsonObject): Record<string, string> {
    const routing = routingHeaders(message);
    const version = routing[VERSION_KEY] ?? this.#version;
    return {
      accept: 'application/json, text/event-stream',
      ...routing,
      ...(version === undefined ? {} : { [VERSION_KEY]: version }),
      ...(this.#sessionId === undefined ? {} : { 'mcp-session-id': this.#sessionId }),
    };
  }

  #fail(message: JsonObject, problem: string): void {
    if (message.id === undefined || message.method === undefined) return;
    if (message.method === 'initialize') {
      this.#ends.refused(problem);
      return;
    }
    const error = { code: INTERNAL_ERROR, message: problem };
    this.#ends.message(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }));
  }

  async #textOf(body: Readable): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > this.#maxBytes) throw new AppError('SECRETS_EGRESS', 'the remote answer is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Only our own errors are sentences without anything of the request in them. */
function told(error: unknown): string {
  return error instanceof AppError ? error.message : 'the remote server could not be reached';
}
