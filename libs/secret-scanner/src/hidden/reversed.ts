import { reverse } from '../match/reverse.ts';
import type { Disguise } from './layer.ts';

/** How much may stand before (behind, when read backwards) and after a keyword's end. */
const BEFORE = 1024;
const AFTER = 128;

/** The text around each keyword that stands in it backwards, read backwards. `ends`: where these end, ascending. */
export function* reversedDisguises(text: string, ends: readonly number[]): Generator<Disguise> {
  let from = 0;
  for (let index = 0; index < ends.length; index += 1) {
    const end = ends[index]!;
    if (index === 0) from = Math.max(0, end - BEFORE);
    const next = ends[index + 1];
    if (next !== undefined && next - BEFORE <= end + AFTER) continue;
    const to = Math.min(text.length, end + AFTER);
    yield {
      encoding: 'reversed',
      text: reverse(text.slice(from, to)),
      origin: (offset) => to - offset,
      whole: false,
    };
    from = next === undefined ? 0 : next - BEFORE;
  }
}
