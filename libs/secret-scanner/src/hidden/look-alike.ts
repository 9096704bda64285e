import type { Disguise, Layer } from './layer.ts';
import { replacing } from './layer.ts';

/** Letters of other scripts that look like Latin ones (Unicode Technical Standard 39, confusables). */
const CONFUSABLE = new Map(
  (
    'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd ԛq ԝw ɡg һh АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG ԚQ ԜW ' +
    'αa βb εe ιi κk νv οo ρp τt υu χx γy ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
    'ɑa ƅb ϲc ⅾd ℮e ƒf ɩi ȷj ⅼl ո n օo ԍg սu ⅴv ⅹx ʏy ᴢz ‐- ‑- ‒- –- —- −- ⁄/ ∕/ ：: ․. ＿_ ﹍_'
  )
    .split(' ')
    .filter((pair) => pair.length === 2)
    .map((pair) => [pair[0]!, pair[1]!] as const),
);

/** What compatibility decomposition turns into ASCII, and what merely looks like it. */
const FOLDABLE = new RegExp(
  `[\\u00aa\\u00b2\\u00b3\\u00b9\\u00ba\\u2070-\\u209f\\u2100-\\u214f\\u2160-\\u217f\\u2460-\\u24ff\\uff01-\\uff5e\\u{1d400}-\\u{1d7ff}${[...CONFUSABLE.keys()].join('')}]`,
  'gu',
);

/** Look-alike letters, full-width and mathematical forms (compatibility decomposition, NFKC). */
export const lookAlikeLayer: Layer = {
  mayHold: (traits) => traits.beyondAscii,
  find(text: string): Generator<Disguise> {
    return replacing('look-alike', text, FOLDABLE, (character) => {
      const known = CONFUSABLE.get(character);
      if (known !== undefined) return known;
      const folded = character.normalize('NFKC');
      return folded.length === 1 && folded.charCodeAt(0) < 0x80 ? folded : character;
    });
  },
};
