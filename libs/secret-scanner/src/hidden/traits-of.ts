import type { TextTraits } from './layer.ts';

const LOWER = 1;
const UPPER = 2;
const OTHER = 4;

/** For each ASCII code what it adds to a run, 0 where it ends one. */
const KINDS = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) KINDS[code] = LOWER;
  else if (/[A-Z]/.test(character)) KINDS[code] = UPPER;
  else if (/[0-9+/_-]/.test(character)) KINDS[code] = OTHER;
}

/** The traits of a text, in one pass. */
export function traitsOf(text: string): TextTraits {
  let longestRun = 0;
  let longestMixedRun = 0;
  let run = 0;
  let kinds = 0;
  let pairs = 0;
  let mostPairs = 0;
  let percent = false;
  let escaped = false;
  let beyondAscii = false;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const kind = code < 128 ? KINDS[code]! : 0;
    if (kind !== 0) {
      run += 1;
      kinds |= kind;
      continue;
    }
    if (run > longestRun) longestRun = run;
    if (run > longestMixedRun && (kinds & 3) === 3) longestMixedRun = run;
    pairs = run === 2 || run === 4 ? pairs + 1 : 0;
    if (pairs > mostPairs) mostPairs = pairs;
    run = 0;
    kinds = 0;
    if (code === 0x25) percent = true;
    else if (code === 0x5c || code === 0x26) escaped ||= hides(text.charCodeAt(i + 1));
    else if (code > 0x7e) beyondAscii = true;
  }
  return { longestRun, longestMixedRun, pairs: mostPairs, percent, escaped, beyondAscii };
}

/** `u U x / #` and octal digits: `\n` and `\"` hide no letter. */
function hides(code: number): boolean {
  return (
    code === 0x75 ||
    code === 0x55 ||
    code === 0x78 ||
    code === 0x2f ||
    code === 0x23 ||
    (code >= 0x30 && code <= 0x33)
  );
}
