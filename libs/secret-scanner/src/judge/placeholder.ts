const CROSSED_OUT = /x{6}|\*{3}|\.{4}|…|_{6}|-{6}|#{4}|•{3}|<[^<>]{1,64}>/i;

/**
 * Whether a token of the right shape stands for none: crossed out (`xxxxxx`, `***`), or made of one or two
 * characters over and over. A vendor's documented example is not told apart from a real token on purpose.
 */
export function isPlaceholder(body: string): boolean {
  return CROSSED_OUT.test(body) || isRepetitive(body);
}

/** Whether a text of at least eight characters is, but for an eighth of it, made of two characters. */
export function isRepetitive(text: string): boolean {
  if (text.length < 8) return false;
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [first = 0, second = 0] = [...counts.values()].sort((a, b) => b - a);
  return first + second >= text.length - (text.length >> 3);
}
