import type { Disguise, Layer } from './layer.ts';
import { replacing } from './layer.ts';

const ESCAPE =
  /\\{1,4}(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|["'`/nrt])|&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});|&(?:amp|lt|gt|quot|apos);/g;
const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Escapes of JSON, JavaScript, Python, C and the shell, and character references of HTML. */
export const escapesLayer: Layer = {
  mayHold: (traits) => traits.escaped,
  find(text: string): Generator<Disguise> {
    return replacing('escapes', text, ESCAPE, decodeEscape);
  },
};

function decodeEscape(written: string): string {
  const body = written.replace(/^\\+/, '');
  if (NAMED[body] !== undefined) return NAMED[body];
  const hex = /^(?:u\{|[uUx]|&#x)([0-9a-fA-F]+)/.exec(body)?.[1];
  const octal = /^[0-3][0-7]{2}$/.exec(body)?.[0];
  const decimal = /^&#([0-9]+)/.exec(body)?.[1];
  if (hex === undefined && octal === undefined && decimal === undefined) return body;
  const code =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
