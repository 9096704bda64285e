import type { Disguise, Layer } from './layer.ts';
import { type PartReader, replacing } from './replacing.ts';

/** Letters of other scripts that look like Latin ones (Unicode Technical Standard 39, confusables). */
const CONFUSABLE = (
  'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd ԛq ԝw ɡg һh АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG ԚQ ԜW ' +
  'αa βb εe ιi κk νv οo ρp τt υu χx γy ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'ɑa ƅb ϲc ⅾd ℮e ƒf ɩi ȷj ⅼl ո n օo ԍg սu ⅴv ⅹx ʏy ᴢz ‐- ‑- ‒- –- —- −- ⁄/ ∕/ ：: ․. ＿_ ﹍_'
)
  .split(' ')
  .filter((pair) => pair.length === 2);

/** What compatibility decomposition (NFKC) turns into ASCII. */
const FOLDABLE = [
  [0xaa, 0xba],
  [0x2070, 0x209f],
  [0x2100, 0x214f],
  [0x2160, 0x217f],
  [0x2460, 0x24ff],
  [0xff01, 0xff5e],
] as const;
/** Mathematical letters and digits, U+1D400 to U+1D7FF: the high surrogate that they share. */
const MATHEMATICAL = 0xd835;

/** For each unit the ASCII code that it looks like, or 0; at the low surrogate for mathematical ones. */
const FOLDED = new Uint8Array(0x10000);
const FOLDED_MATHEMATICAL = new Uint8Array(0x400);
for (const [first, last] of FOLDABLE) {
  for (let unit = first; unit <= last; unit += 1) FOLDED[unit] = foldedCode(String.fromCharCode(unit));
}
for (const pair of CONFUSABLE) FOLDED[pair.charCodeAt(0)] = pair.charCodeAt(1);
for (let low = 0; low < FOLDED_MATHEMATICAL.length; low += 1) {
  FOLDED_MATHEMATICAL[low] = foldedCode(String.fromCharCode(MATHEMATICAL, 0xdc00 + low));
}

const reader: PartReader = {
  starts: new Uint8Array(128),
  beyond: (unit) => FOLDED[unit] !== 0 || unit === MATHEMATICAL,
  read(text, at, into) {
    const unit = text.charCodeAt(at);
    if (unit !== MATHEMATICAL) {
      into.replace(at, at + 1, 1);
      into.put(FOLDED[unit]!);
      return at + 1;
    }
    const folded = FOLDED_MATHEMATICAL[text.charCodeAt(at + 1) - 0xdc00] ?? 0;
    if (folded === 0) return at;
    into.replace(at, at + 2, 1);
    into.put(folded);
    return at + 2;
  },
};

/** Look-alike letters, full-width and mathematical forms. */
export const lookAlikeLayer: Layer = {
  mayHold: (traits) => traits.beyondAscii,
  find(text: string): Generator<Disguise> {
    return replacing('look-alike', text, reader);
  },
};

function foldedCode(character: string): number {
  const folded = character.normalize('NFKC');
  return folded.length === 1 && folded.charCodeAt(0) < 0x80 ? folded.charCodeAt(0) : 0;
}
