const CROSSED_OUT = /x{6}|\*{3}|\.{4}|…|_{6}|-{6}|#{4}|•{3}|<[^<>]{1,64}>/i;

/**
 * Whether a token of the right shape stands for none: crossed out (`xxxxxx`, `***`), or made of one
 * character over and over. A vendor's documented example is not told apart from a real token on purpose.
 */
export function isPlaceholder(body: string): boolean {
  return CROSSED_OUT.test(body) || isRepetitive(body);
}

/** Whether a text of at least eight characters is, but for separators and an eighth of it, one character. */
export function isRepetitive(text: string): boolean {
  const body = text.replaceAll(/[-_.:/=]/g, '');
  if (body.length < 8) return false;
  const counts = new Map<string, number>();
  for (const character of body) counts.set(character, (counts.get(character) ?? 0) + 1);
  return Math.max(...counts.values()) >= body.length - (body.length >> 3);
}
