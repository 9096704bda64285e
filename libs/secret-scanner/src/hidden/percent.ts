import type { Disguise, Layer } from './layer.ts';
import { type PartReader, replacing } from './replacing.ts';

const PERCENT = 0x25;
const HEX = Int8Array.from({ length: 128 }, (_, code) =>
  /[0-9a-fA-F]/.test(String.fromCharCode(code)) ? Number.parseInt(String.fromCharCode(code), 16) : -1,
);
/** The longest run of bytes beyond ASCII that is read as one part. */
const LONGEST = 1024;

const reader: PartReader = {
  starts: Uint8Array.from({ length: 128 }, (_, code) => (code === PERCENT ? 1 : 0)),
  beyond: null,
  read(text, at, into) {
    const first = byteAt(text, at);
    if (first < 0) return at;
    if (first < 128) {
      into.replace(at, at + 3, 1);
      into.put(first);
      return at + 3;
    }
    const bytes = [first];
    while (bytes.length < LONGEST && byteAt(text, at + bytes.length * 3) >= 128) {
      bytes.push(byteAt(text, at + bytes.length * 3));
    }
    const decoded = Buffer.from(bytes).toString('utf8');
    const to = at + bytes.length * 3;
    into.replace(at, to, decoded.length);
    into.copy(decoded, 0, decoded.length);
    return to;
  },
};

/** Percent-encoding (RFC 3986 section 2.1). */
export const percentLayer: Layer = {
  mayHold: (traits) => traits.percent,
  find(text: string): Generator<Disguise> {
    return replacing('percent', text, reader);
  },
};

/** The byte that `%hh` stands for, or -1. */
function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== PERCENT) return -1;
  const [high, low] = [digit(text.charCodeAt(at + 1)), digit(text.charCodeAt(at + 2))];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function digit(code: number): number {
  return code < 128 ? HEX[code]! : -1;
}
