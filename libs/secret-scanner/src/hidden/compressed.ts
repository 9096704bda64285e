import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Disguise, Layer } from './layer.ts';
import { wholeDisguise } from './layer.ts';
import { readableText } from './readable.ts';

/** More than this out of one compressed part is not looked at: a bomb costs no more than a text. */
const MAX_OUTPUT = 256 * 1024;

/** What gzip, zlib or raw deflate data holds, cut at 256 KiB, with the name of the format. */
export function decompress(bytes: Uint8Array): { encoding: string; text: string } | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return attempt('gzip', () => gunzipSync(bytes, OPTIONS));
  if (((bytes[0]! << 8) | bytes[1]!) % 31 === 0 && (bytes[0]! & 0x0f) === 8) {
    const inflated = attempt('deflate', () => inflateSync(bytes, OPTIONS));
    if (inflated !== undefined) return inflated;
  }
  // Raw deflate has no signature; data of one block begins with one of two bit patterns (RFC 1951 section 3.2.3).
  const block = bytes[0]! & 7;
  const plausible = (block === 3 || block === 5) && bytes.length >= 20 && bytes.length <= MAX_OUTPUT;
  return plausible ? attempt('deflate', () => inflateRawSync(bytes, OPTIONS)) : undefined;
}

const OPTIONS = { maxOutputLength: MAX_OUTPUT };

function attempt(
  encoding: string,
  inflate: () => Uint8Array,
): { encoding: string; text: string } | undefined {
  try {
    const text = readableText(inflate());
    return text === undefined ? undefined : { encoding, text };
  } catch {
    return undefined;
  }
}

/** Compressed bytes that stand in a string one character for each. */
export const compressedLayer: Layer = {
  mayHold: (traits) => traits.beyondAscii,
  *find(text: string): Generator<Disguise> {
    const first = text.charCodeAt(0);
    if ((first !== 0x1f && first !== 0x78) || text.length > 1024 * 1024) return;
    const bytes = Buffer.from(text, 'latin1');
    const found = decompress(bytes);
    if (found !== undefined) yield wholeDisguise(found.encoding, found.text, 0, text.length);
  },
};
