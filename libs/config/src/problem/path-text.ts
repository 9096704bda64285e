export type PathSegment = string | number;

/** `a.b[0].c`. A key that is no plain word is quoted and cut, so that it cannot draw on a terminal. */
export function pathText(path: readonly PathSegment[]): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else text += `${text === '' ? '' : '.'}${keyText(segment)}`;
  }
  return text;
}

export function keyText(key: string): string {
  if (/^[A-Za-z0-9_.:/*-]{1,64}$/.test(key)) return key;
  // Of a long one little: a credential that is cut is not found any more.
  const shown = key.length > 64 ? `${key.slice(0, 12)}…` : key;
  // \p{C}: control, format (bidi), surrogate, private-use and unassigned characters.
  return `"${shown.replaceAll(/[\p{C}"\\]/gu, '?')}"`;
}
