import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';

export interface StreamEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

/** One connection to a stream of server-sent events, as a browser's EventSource sees it. */
export interface EventClient {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly StreamEvent[];
  /** Of the last event that had one. */
  lastId(): string | null;
  readonly closed: Promise<void>;
  /** What came that was no event. */
  text(): string;
  /** Takes nothing more until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

export async function openEvents(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventClient> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host: `127.0.0.1:${port}`, ...headers } })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
  const events: StreamEvent[] = [];
  let text = '';
  let lastId: string | null = null;
  const closed = new Promise<void>((resolve) => void response.on('close', resolve));
  response.on('error', () => undefined);
  response.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
      );
      text = text.slice(end + 2);
      lastId = fields.get('id') ?? lastId;
      events.push({
        event: fields.get('event') ?? 'message',
        id: fields.get('id') ?? null,
        data: JSON.parse(fields.get('data') ?? '{}') as StreamEvent['data'],
      });
    }
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    lastId: () => lastId,
    closed,
    text: () => text,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  };
}
