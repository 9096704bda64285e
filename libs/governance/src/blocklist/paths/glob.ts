const GLOB = /[*?[]|\{[^{}]*,/;

export function hasGlob(text: string): boolean {
  return GLOB.test(text);
}

/** Whether one path segment may match a shell pattern; `[…]` and `{…}` count as anything. Linear with one backtrack point. */
export function mayMatch(pattern: string, name: string): boolean {
  if (!GLOB.test(pattern)) return pattern === name;
  // A shell's star leaves hidden names out.
  if (name[0] === '.' && pattern[0] !== '.' && pattern !== '**') return false;
  const simple = pattern
    .replace(/\{[^}]*\}/g, '*')
    .replace(/\[[^\]]*\]/g, '?')
    .replace(/\{.*$/s, '*');
  let at = 0;
  let inName = 0;
  let star = -1;
  let starName = 0;
  while (inName < name.length) {
    const char = simple[at];
    if (char === '*') {
      star = at++;
      starName = inName;
    } else if (char === '?' || char === name[inName]) {
      at++;
      inName++;
    } else if (star >= 0) {
      at = star + 1;
      inName = ++starName;
    } else {
      return false;
    }
  }
  while (simple[at] === '*') at++;
  return at === simple.length;
}
