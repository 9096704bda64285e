import type { Disguise, Layer } from './layer.ts';
import { type PartReader, replacing } from './replacing.ts';

/** Soft hyphen, joiners, zero-width, bidirectional controls, fillers, variation selectors (Unicode 16). */
const RANGES = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
] as const;
const INVISIBLE = new Uint8Array(0x10000);
for (const [first, last] of RANGES) INVISIBLE.fill(1, first, last + 1);
/** High surrogates of U+E0000 to U+E0FFF: tags and more variation selectors. */
const [FIRST_TAG, LAST_TAG] = [0xdb40, 0xdb43];

const reader: PartReader = {
  starts: new Uint8Array(128),
  beyond: (unit) => INVISIBLE[unit] === 1 || (unit >= FIRST_TAG && unit <= LAST_TAG),
  read(text, at, into) {
    let to = at;
    for (;;) {
      const unit = text.charCodeAt(to);
      if (INVISIBLE[unit] === 1) to += 1;
      else if (unit >= FIRST_TAG && unit <= LAST_TAG && to + 1 < text.length) to += 2;
      else break;
    }
    if (to > at) into.replace(at, to, 0);
    return to;
  },
};

/** Characters that nobody sees. */
export const invisibleLayer: Layer = {
  mayHold: (traits) => traits.beyondAscii,
  find(text: string): Generator<Disguise> {
    return replacing('invisible', text, reader);
  },
};
