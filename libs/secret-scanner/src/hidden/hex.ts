import { decompress } from './compressed.ts';
import { type Disguise, type Layer, wholeDisguise } from './layer.ts';
import { readableText } from './readable.ts';
import { runsOf } from './runs-of.ts';

const SHORTEST = 32;
const HEX = /[0-9a-fA-F]{32,}/g;
const SEPARATED = /(?<![0-9a-fA-F])[0-9a-fA-F]{2}(?:[ :,-](?:0x)?[0-9a-fA-F]{2}){15,}/g;

/** Hexadecimal digits of text or of compressed text, in one run or byte by byte. */
export const hexLayer: Layer = {
  mayHold: (traits) => traits.longestRun >= SHORTEST || traits.pairs >= 16,
  *find(text: string): Generator<Disguise> {
    for (const { start, end } of runsOf(text, SHORTEST)) {
      for (const { 0: run, index } of text.slice(start, end).matchAll(HEX)) {
        const even = run.length - (run.length % 2);
        yield* decoded(run.slice(0, even), start + index, start + index + run.length);
      }
    }
    for (const { 0: run, index } of text.matchAll(SEPARATED)) {
      yield* decoded(run.replaceAll(/0x|[^0-9a-fA-F]/g, ''), index, index + run.length);
    }
  },
};

function* decoded(digits: string, start: number, end: number): Generator<Disguise> {
  const bytes = Buffer.from(digits, 'hex');
  const plain = readableText(bytes);
  const inflated = plain === undefined ? decompress(bytes) : undefined;
  if (plain !== undefined) yield wholeDisguise('hex', plain, start, end);
  else if (inflated !== undefined) yield wholeDisguise(`hex>${inflated.encoding}`, inflated.text, start, end);
}
