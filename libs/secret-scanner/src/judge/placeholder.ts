const CROSSED_OUT = /x{6}|\*{3}|\.{4}|…|_{6}|-{6}|#{4}|•{3}|<[^<>]{1,64}>/i;

/**
 * Whether a token of the right shape stands for none: crossed out (`xxxxxx`, `***`), or made of one
 * character, or of two to four, over and over. A vendor's documented example is not told apart from a real token on purpose.
 */
export function isPlaceholder(body: string): boolean {
  return CROSSED_OUT.test(body) || isRepetitive(body) || isPeriodic(body);
}

const counts = new Uint16Array(128);

/** Whether a text of at least eight characters is, but for separators and an eighth of it, one character. */
export function isRepetitive(text: string): boolean {
  if (text.length < 8) return false;
  counts.fill(0);
  let length = 0;
  let most = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i) & 0x7f;
    if (isSeparator(code)) continue;
    length += 1;
    counts[code]! += 1;
    if (counts[code]! > most) most = counts[code]!;
  }
  return length >= 8 && most >= length - (length >> 3);
}

/** `- . / : = _` */
function isSeparator(code: number): boolean {
  return (code >= 0x2d && code <= 0x2f) || code === 0x3a || code === 0x3d || code === 0x5f;
}

/** Whether, but for a fifth, each character is the one that stood two, three or four before it. */
function isPeriodic(text: string): boolean {
  if (text.length < 16) return false;
  for (let period = 2; period <= 4; period += 1) {
    let equal = 0;
    for (let i = period; i < text.length; i += 1) {
      if (text.charCodeAt(i) === text.charCodeAt(i - period) && text[i] !== text[i - 1]) equal += 1;
    }
    if (equal * 5 >= (text.length - period) * 4) return true;
  }
  return false;
}
