import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { TestDoor } from './a-door.ts';

const MODERN = '2026-07-28';

/** What came back to one request, whichever form it had. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The last message: the answer. */
  readonly message: JsonObject;
  readonly messages: readonly JsonObject[];
}

/** A client that sends just what it is told, to one server with one token. */
export class RawClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  sessionId: string | undefined;
  #nextId = 100;

  constructor(door: Pick<TestDoor, 'url'>, server: string, token: string | undefined) {
    this.url = `${door.url}/mcp/${server}`;
    this.#headers = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  /** A header of null is left out. */
  async send(
    body: JsonValue | Buffer | string | undefined,
    headers: Readonly<Record<string, string | null>> = {},
    method = 'POST',
    signal?: AbortSignal,
  ): Promise<Answered> {
    const all = {
      ...this.#headers,
      ...(this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId }),
      ...headers,
    };
    const sent = Object.entries(all).filter((one): one is [string, string] => one[1] !== null);
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await fetch(this.url, {
      method,
      headers: Object.fromEntries(sent),
      ...(body === undefined ? {} : { body: bytes as string }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const messages = messagesIn(text, response.headers.get('content-type'));
    return {
      status: response.status,
      headers: response.headers,
      text,
      messages,
      message: messages.at(-1) ?? {},
    };
  }

  async initialize(protocolVersion = '2025-11-25', capabilities: JsonObject = {}): Promise<Answered> {
    const params = { protocolVersion, capabilities, clientInfo: { name: 'raw', version: '1' } };
    const answered = await this.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    this.sessionId = answered.headers.get('mcp-session-id') ?? undefined;
    return answered;
  }

  request(method: string, params?: JsonObject, id: string | number = this.#id()): Promise<Answered> {
    return this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
  }

  /** The stream of the session, for what belongs to no request. */
  async listen(): Promise<OpenStream> {
    const headers = { ...this.#headers, 'mcp-session-id': `${this.sessionId}` };
    return openStream(await fetch(this.url, { headers }));
  }

  /** A request whose answer is a stream, read event by event. */
  async open(
    method: string,
    params: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<OpenStream> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        ...this.#headers,
        ...(this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId }),
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: this.#id(), method, params }),
    });
    return openStream(response);
  }

  /** A call whose answer has begun, and of which nothing more was read. */
  async unread(name: string, args: JsonObject): Promise<IncomingMessage> {
    const session = this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId };
    const sent = request(this.url, { method: 'POST', headers: { ...this.#headers, ...session } });
    const params = { name, arguments: args };
    sent.end(JSON.stringify({ jsonrpc: '2.0', id: this.#id(), method: 'tools/call', params }));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  call(name: string, args: JsonObject = {}, meta?: JsonObject): Promise<Answered> {
    return this.request('tools/call', {
      name,
      arguments: args,
      ...(meta === undefined ? {} : { _meta: meta }),
    });
  }

  /** A request of the stateless revision, with the headers that it has to have. */
  modern(
    method: string,
    params: JsonObject = {},
    headers: Readonly<Record<string, string | null>> = {},
  ): Promise<Answered> {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { sampling: {}, elicitation: {}, roots: {} },
    };
    const named = params.name ?? params.uri;
    return this.send(
      { jsonrpc: '2.0', id: this.#id(), method, params: { ...params, _meta } },
      {
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
        ...(typeof named === 'string' ? { 'mcp-name': named } : {}),
        ...headers,
      },
    );
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

function messagesIn(text: string, type: string | null): readonly JsonObject[] {
  if (type?.startsWith('text/event-stream') === true) {
    return [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!) as JsonObject);
  }
  if (type?.startsWith('application/json') !== true) return [];
  const parsed = JSON.parse(text) as JsonObject | JsonObject[];
  return Array.isArray(parsed) ? parsed : [parsed];
}

export function textOf({ message }: Answered): string {
  const result = message.result as { readonly content?: readonly { readonly text?: string }[] } | undefined;
  return result?.content?.[0]?.text ?? '';
}

export function codeOf({ message }: Answered): unknown {
  return (message.error as JsonObject | undefined)?.code;
}

/** One event of a stream; without a message where its data is empty. */
export interface ReadEvent {
  readonly id: string | undefined;
  readonly message: JsonObject | undefined;
}

export interface OpenStream {
  readonly stream: ReadableStreamDefaultReader<string>;
  /** The next so many events. */
  readonly events: (count: number) => Promise<ReadEvent[]>;
  /** The next message. */
  readonly next: () => Promise<JsonObject>;
}

function openStream(response: Response): OpenStream {
  const stream = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  const event = async (): Promise<ReadEvent> => {
    while (!waiting.includes('\n\n')) {
      const { value, done } = await stream.read();
      if (done) throw new Error('the stream ended');
      waiting += value;
    }
    const end = waiting.indexOf('\n\n');
    const text = waiting.slice(0, end);
    waiting = waiting.slice(end + 2);
    const data = /^data: (.+)$/m.exec(text)?.[1];
    return {
      id: /^id: (.+)$/m.exec(text)?.[1],
      message: data === undefined ? undefined : (JSON.parse(data) as JsonObject),
    };
  };
  return {
    stream,
    events: async (count) => {
      const read: ReadEvent[] = [];
      while (read.length < count) read.push(await event());
      return read;
    },
    next: async () => {
      for (;;) {
        const { message } = await event();
        if (message !== undefined) return message;
      }
    },
  };
}
