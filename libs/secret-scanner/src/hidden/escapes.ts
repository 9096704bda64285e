import type { Disguise, Layer } from './layer.ts';
import type { ReplacedText } from './replaced-text.ts';
import { type PartReader, replacing } from './replacing.ts';

const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;
const HEX = Int8Array.from({ length: 128 }, (_, code) =>
  /[0-9a-fA-F]/.test(String.fromCharCode(code)) ? Number.parseInt(String.fromCharCode(code), 16) : -1,
);
/** What a backslash makes of one character: itself, or a control. */
const SIMPLE = new Uint8Array(128);
for (const character of '"\'`/') SIMPLE[character.charCodeAt(0)] = character.charCodeAt(0);
for (const [character, control] of [
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
] as const)
  SIMPLE[character.charCodeAt(0)] = control.charCodeAt(0);
const NAMED = [
  ['amp;', '&'],
  ['lt;', '<'],
  ['gt;', '>'],
  ['quot;', '"'],
  ['apos;', "'"],
] as const;
/** Quotes within quotes within quotes double their backslashes. */
const MOST_BACKSLASHES = 4;

const reader: PartReader = {
  starts: Uint8Array.from({ length: 128 }, (_, code) => (code === BACKSLASH || code === AMPERSAND ? 1 : 0)),
  beyond: null,
  read: (text, at, into) =>
    text.charCodeAt(at) === AMPERSAND ? readReference(text, at, into) : readEscape(text, at, into),
};

/** Escapes of JSON, JavaScript, Python, C and the shell, and character references of HTML. */
export const escapesLayer: Layer = {
  mayHold: (traits) => traits.escaped,
  find(text: string): Generator<Disguise> {
    return replacing('escapes', text, reader);
  },
};

function readEscape(text: string, at: number, into: ReplacedText): number {
  let body = at;
  while (text.charCodeAt(body) === BACKSLASH) body += 1;
  const from = Math.max(at, body - MOST_BACKSLASHES);
  into.copy(text, at, from);
  const after = readEscaped(text, from, body, into);
  if (after > body) return after;
  into.copy(text, from, body);
  return body;
}

/** `from`: the backslashes; `body`: what stands after them. Returns `body` where it is no escape. */
function readEscaped(text: string, from: number, body: number, into: ReplacedText): number {
  const letter = text.charCodeAt(body);
  if (letter >= 128 || Number.isNaN(letter)) return body;
  if (SIMPLE[letter] !== 0) {
    into.replace(from, body + 1, 1);
    into.put(SIMPLE[letter]!);
    return body + 1;
  }
  switch (letter) {
    case 0x75: {
      if (text.charCodeAt(body + 1) !== 0x7b) return readHex(text, from, body + 1, 4, into) || body;
      const end = endOfDigits(text, body + 2, 6, 16);
      const braced = end > body + 2 && text.charCodeAt(end) === 0x7d;
      return braced ? putCode(numberAt(text, body + 2, end, 16), from, end + 1, into) : body;
    }
    case 0x55:
      return readHex(text, from, body + 1, 8, into) || body;
    case 0x78:
      return readHex(text, from, body + 1, 2, into) || body;
  }
  // Octal: three digits, the first at most 3.
  if (letter < 0x30 || letter > 0x33) return body;
  const end = endOfDigits(text, body, 3, 8);
  return end === body + 3 ? putCode(numberAt(text, body, end, 8), from, end, into) : body;
}

function readHex(text: string, from: number, digits: number, count: number, into: ReplacedText): number {
  const end = endOfDigits(text, digits, count, 16);
  return end === digits + count ? putCode(numberAt(text, digits, end, 16), from, end, into) : 0;
}

function readReference(text: string, at: number, into: ReplacedText): number {
  if (text.charCodeAt(at + 1) === 0x23) {
    const hex = text.charCodeAt(at + 2) === 0x78;
    const [digits, base, most] = hex ? ([at + 3, 16, 6] as const) : ([at + 2, 10, 7] as const);
    const end = endOfDigits(text, digits, most, base);
    const closed = end > digits && text.charCodeAt(end) === 0x3b;
    return closed ? putCode(numberAt(text, digits, end, base), at, end + 1, into) : at;
  }
  for (const [name, character] of NAMED) {
    if (text.startsWith(name, at + 1)) {
      return putCode(character.charCodeAt(0), at, at + 1 + name.length, into);
    }
  }
  return at;
}

function endOfDigits(text: string, from: number, most: number, base: number): number {
  let end = from;
  while (end < from + most && digitAt(text, end) >= 0 && digitAt(text, end) < base) end += 1;
  return end;
}

function numberAt(text: string, from: number, to: number, base: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * base + digitAt(text, i);
  return value;
}

function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? HEX[code]! : -1;
}

/** Puts a code point, and returns `to`. */
function putCode(code: number, from: number, to: number, into: ReplacedText): number {
  const known = code <= 0x10ffff ? code : 0xfffd;
  if (known <= 0xffff) {
    into.replace(from, to, 1);
    into.put(known);
  } else {
    into.replace(from, to, 2);
    into.put(0xd800 + ((known - 0x10000) >> 10));
    into.put(0xdc00 + ((known - 0x10000) & 0x3ff));
  }
  return to;
}
