import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { messageLine } from './json-line.ts';

describe('a message to a child', () => {
  it('is one line for every reader, and the same message', async () => {
    const message = {
      jsonrpc: '2.0',
      id: 1,
      params: { text: 'a\u2028{"id":2}\u2029\n\r\u0085b', '\u2028': 1 },
    };
    const line = messageLine(message);
    const lines: string[] = [];
    for await (const one of createInterface({ input: Readable.from([line]) })) lines.push(one);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toEqual(message);
    expect(line.match(/[\n\r\u2028\u2029]/g)).toEqual(['\n']);
  });
});
