import type { OwnSecretFinder } from '@gatehouse/secret-scanner';
import { type FindSpans, merged, type Span } from '../matching/span.ts';

const SCRATCH_BYTES = 16 * 1024;
/** Of UTF-8, for a UTF-16 unit. */
const MOST_BYTES_OF_A_UNIT = 3;

const NONE: readonly Span[] = [];

/** Finds in a text what `find` finds in its bytes, of which there are `shortest` at least: most texts have fewer. */
export function inText(find: FindSpans, shortest = 1): OwnSecretFinder {
  // Every text that is judged or recorded comes by here: a buffer for each would soon be the most of what is collected.
  const scratch = Buffer.alloc(SCRATCH_BYTES);
  return (text) => {
    if (text.length < shortest && Buffer.byteLength(text) < shortest) return NONE;
    const fits = text.length * MOST_BYTES_OF_A_UNIT <= SCRATCH_BYTES;
    const bytes = fits ? scratch.subarray(0, scratch.write(text)) : Buffer.from(text);
    const found = find(bytes);
    if (found.length === 0) return NONE;
    const spans = merged(found);
    const inUnitsOfText = bytes.length === text.length ? spans : spans.map((span) => inUnits(span, bytes));
    // What holds a secret is not kept until the next text.
    bytes.fill(0);
    return inUnitsOfText;
  };
}

/** From bytes to UTF-16 units. */
function inUnits({ start, end, name }: Span, bytes: Buffer): Span {
  const before = bytes.toString('utf8', 0, start).length;
  return { start: before, end: before + bytes.toString('utf8', start, end).length, name };
}
