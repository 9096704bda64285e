const COMMON_WORDS =
  /password|passwort|passw[o0]rd|p@ssw[o0]rd|welcome|dragon|monkey|admin|login|master|qwerty|qwertz|asdf|letmein|iloveyou|secret|summer|winter|spring|autumn|sunshine|princess|football|baseball|shadow|superman|batman|trustno1|root|test|user|guest|default|changeme|hello|abc123|123456789|12345678|1234567|123456|12345|1234|(?:19|20)[0-9]{2}/gi;

/**
 * A cautious estimate of how many bits a guesser needs: Shannon entropy over what remains when common words and
 * years count ten bits each, and a character that repeats or continues its neighbour counts one.
 */
export function estimatedBits(secret: string): number {
  const head = secret.slice(0, 512);
  let bits = 0;
  const rest = head.replaceAll(COMMON_WORDS, () => {
    bits += 10;
    return '';
  });
  const counts = new Map<number, number>();
  const fresh: number[] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const code = rest.charCodeAt(i);
    if (i > 0 && Math.abs(code - rest.charCodeAt(i - 1)) <= 1) {
      bits += 1;
      continue;
    }
    fresh.push(code);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  for (const code of fresh) bits -= Math.log2(counts.get(code)! / fresh.length);
  return bits;
}
