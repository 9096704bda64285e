import { isJsonObject, type JsonValue } from '@gatehouse/kernel';

export const LINE_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LineLevel = (typeof LINE_LEVELS)[number];

const MAX_LOOKED_AT = 200;
const WORDS: readonly (readonly [LineLevel, RegExp])[] = [
  ['error', /^(?:fatal|critical|crit|alert|emerg(?:ency)?|panic|error|err|[a-z]+error)$/i],
  ['warn', /^(?:warn(?:ing)?)$/i],
  ['info', /^(?:info|notice)$/i],
  ['debug', /^(?:debug|trace|verbose)$/i],
];
/** How many words of a line are looked at: time stamps and names come before the level. */
const FIRST_WORDS = 6;

/** How severe a line of a tool says it is: `level` of a JSON line, or a word for one near its beginning; else `info`. */
export function lineLevel(text: string): LineLevel {
  const stated = text.startsWith('{') ? jsonLevel(text) : undefined;
  if (stated !== undefined) return stated;
  const words = text.slice(0, MAX_LOOKED_AT).match(/[A-Za-z]+/g) ?? [];
  for (const word of words.slice(0, FIRST_WORDS)) {
    const found = WORDS.find(([, pattern]) => pattern.test(word));
    if (found !== undefined) return found[0];
  }
  return 'info';
}

function jsonLevel(text: string): LineLevel | undefined {
  try {
    const line: JsonValue = JSON.parse(text);
    const level = isJsonObject(line) ? (line.level ?? line.severity) : undefined;
    if (typeof level === 'number')
      return level >= 50 ? 'error' : level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug';
    return typeof level === 'string' ? WORDS.find(([, pattern]) => pattern.test(level))?.[0] : undefined;
  } catch {
    return undefined;
  }
}
