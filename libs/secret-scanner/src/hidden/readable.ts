import { isUtf8 } from 'node:buffer';

/** Beyond this much, the bytes are as the first ones are. */
const LOOKED_AT = 512;

/** The bytes as text, if they are UTF-8 (or UTF-16 with ASCII in it) that a person could have written. */
export function readableText(bytes: Uint8Array): string | undefined {
  if (bytes.length < 6) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0;
  if (!isMostlyPrintable(buffer, wide ? 2 : 1) || (!wide && !isUtf8(buffer))) return undefined;
  return buffer.toString(wide ? 'utf16le' : 'utf8');
}

function isMostlyPrintable(bytes: Buffer, step: number): boolean {
  const looked = Math.min(bytes.length, LOOKED_AT);
  const tolerated = looked / step / 10;
  let strange = 0;
  for (let i = 0; i < looked; i += step) {
    const code = bytes[i]!;
    if ((code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) || code === 0x7f) {
      strange += 1;
      if (strange > tolerated) return false;
    }
  }
  return true;
}
