import type { Disguise, Layer } from './layer.ts';
import { replacing } from './layer.ts';

/** Soft hyphen, joiners, zero-width, bidirectional controls, fillers, variation selectors, tags (Unicode 16). */
const RANGES =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f' +
  '\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}';
const INVISIBLE = new RegExp(`[${RANGES}]+`, 'gu');

/** Characters that nobody sees. */
export const invisibleLayer: Layer = {
  mayHold: (traits) => traits.beyondAscii,
  find(text: string): Generator<Disguise> {
    return replacing('invisible', text, INVISIBLE, () => '');
  },
};
