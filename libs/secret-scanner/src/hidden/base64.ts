import { decompress } from './compressed.ts';
import { type Disguise, type Layer, wholeDisguise } from './layer.ts';
import { readableText } from './readable.ts';
import { runsOf } from './runs-of.ts';

const SHORTEST = 20;

/** Base64 (RFC 4648 section 4) and base64url (section 5), of text or of compressed text. */
export const base64Layer: Layer = {
  mayHold: (traits) => traits.longestMixedRun >= SHORTEST,
  *find(text: string): Generator<Disguise> {
    for (const { start, end } of runsOf(text, SHORTEST)) {
      const run = text.slice(start, end);
      const encoding = /[-_]/.test(run) ? 'base64url' : 'base64';
      const bytes = Buffer.from(run, 'base64');
      const plain = readableText(bytes);
      if (plain !== undefined) {
        yield wholeDisguise(encoding, plain, start, end);
        continue;
      }
      // Compressed bytes in base64 without a single digit are too unlikely to pay for the attempt.
      const inflated = /[0-9]/.test(run) ? decompress(bytes) : undefined;
      if (inflated !== undefined)
        yield wholeDisguise(`${encoding}>${inflated.encoding}`, inflated.text, start, end);
    }
  },
};
