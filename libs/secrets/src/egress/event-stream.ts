import type { Readable } from 'node:stream';

export interface ServerEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2.6) as far as MCP uses them: `data` and `id`. Fails on an event of
 * more than `maxBytes`.
 */
export async function* readEvents(body: Readable, maxBytes: number): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let id: string | undefined;
  let data: string[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length + size > maxBytes) throw new Error('an event is too long');
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, data: data.join('\n') };
        data = [];
        size = 0;
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'data') {
        data.push(value);
        size += value.length;
      } else if (field === 'id') id = value;
    }
  }
}
