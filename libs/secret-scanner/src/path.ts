const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_SEGMENT = 64;
const MAX_SHOWN = 40;

/**
 * `$.a.b[0]`, with `["odd key"]` for what is no identifier, `~key` at the end for the key itself. Keys beyond 64
 * characters are cut, and of more than 40 levels the middle ones, so that no client makes a path long.
 */
export function pathOf(segments: readonly (string | number)[], ofKey: boolean): string {
  let path = '$';
  for (const [index, segment] of segments.entries()) {
    if (segments.length > MAX_SHOWN && index >= MAX_SHOWN / 2 && index < segments.length - MAX_SHOWN / 2) {
      if (index === MAX_SHOWN / 2) path += '…';
      continue;
    }
    path += segmentText(segment);
  }
  return ofKey ? `${path}~key` : path;
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (IDENTIFIER.test(segment)) return `.${segment}`;
  const shown = segment.length > MAX_SEGMENT ? `${segment.slice(0, MAX_SEGMENT).toWellFormed()}…` : segment;
  return `[${JSON.stringify(shown)}]`;
}
