import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function split(chunks: readonly string[], maxBytes: number) {
  const lines: string[] = [];
  const oversized: [string, string][] = [];
  const splitter = new LineSplitter(maxBytes, {
    line: (bytes) => lines.push(bytes.toString()),
    oversized: (head, tail) => oversized.push([head.toString(), tail.toString()]),
  });
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  return { lines, oversized };
}

describe('LineSplitter', () => {
  it.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['a line in pieces', ['a', 'b', 'c\nd'], ['abc']],
    ['several lines in one chunk after a piece', ['a', 'b\nc\nd\n'], ['ab', 'c', 'd']],
    ['empty lines, which are none', ['\n\na\n\n'], ['a']],
    ['a character cut in two', ['\u00e9'], []],
  ])('reads %s', (_name, chunks, lines) => {
    expect(split(chunks, 100)).toEqual({ lines, oversized: [] });
  });

  it('takes a line of exactly the limit', () => {
    expect(split(['x'.repeat(10), '\n'], 10).lines).toEqual(['x'.repeat(10)]);
  });

  it.each([
    ['in one chunk', [`${'x'.repeat(11)}\nnext\n`]],
    ['in many', [...'x'.repeat(11).split(''), '\nnext\n']],
  ])('names both ends of a longer line %s, and reads on', (_name, chunks) => {
    const { lines, oversized } = split(chunks, 10);
    expect(lines).toEqual(['next']);
    expect(oversized).toEqual([['x'.repeat(11), 'x'.repeat(11)]]);
  });

  it('keeps only the ends of a line that is very long', () => {
    const { oversized } = split([`head${'x'.repeat(5_000)}`, 'y'.repeat(5_000), 'tail\n'], 1_000);
    expect(oversized).toHaveLength(1);
    expect(oversized[0]?.[0].startsWith('head')).toBe(true);
    expect(oversized[0]?.[1].endsWith('tail')).toBe(true);
    expect(oversized[0]?.map((end) => end.length)).toEqual([128, 64]);
  });

  it('reads the same lines wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), fc.array(fc.nat(50)), (texts, cuts) => {
        const whole = texts.map((text) => `${text.replaceAll('\n', ' ')}\n`).join('');
        const chunks: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(whole.slice(at, at + cut));
          at += cut;
        }
        chunks.push(whole.slice(at));
        expect(split(chunks, 1_000).lines).toEqual(split([whole], 1_000).lines);
      }),
    );
  });
});
