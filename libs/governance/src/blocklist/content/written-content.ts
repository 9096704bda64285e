import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { kindOfKey } from '../input/keys.ts';

/** A file that a tool is to write, and what into it. */
export interface WrittenContent {
  readonly path: string;
  readonly text: string;
}

const CONTENT = new Set(
  'content contents filetext filecontent newstring newstr newtext text inserttext data body'.split(' '),
);
const MOST_TEXTS = 64;
const MOST_DEPTH = 8;

/** What a file tool's arguments write: one path, and every content below it, as editors send several. */
export function writtenContent(input: JsonValue): WrittenContent | null {
  if (!isJsonObject(input)) return null;
  const path = firstPath(input);
  if (path === undefined || path.length > 4096) return null;
  const texts: string[] = [];
  collect(input, texts, 0);
  return texts.length === 0 ? null : { path, text: texts.join('\n') };
}

function firstPath(input: JsonObject): string | undefined {
  for (const key of Object.keys(input)) {
    const value = input[key];
    if (typeof value === 'string' && kindOfKey(key) === 'path') return value;
  }
  return undefined;
}

function collect(value: JsonValue, texts: string[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH || texts.length >= MOST_TEXTS) return;
  const members = value as JsonObject;
  for (const key of Object.keys(members)) {
    const item = members[key]!;
    if (typeof item === 'object') collect(item, texts, depth + 1);
    else if (typeof item === 'string' && isContent(key) && texts.length < MOST_TEXTS) texts.push(item);
  }
}

/** Memory of keys as clients spell them; bounded, since keys come from outside. */
const seen = new Map<string, boolean>();
const MOST_SEEN = 2048;

function isContent(key: string): boolean {
  const known = seen.get(key);
  if (known !== undefined) return known;
  if (key.length > 32) return false;
  const content = CONTENT.has(key.toLowerCase().replaceAll(/[_\-\s]/g, ''));
  if (seen.size < MOST_SEEN) seen.set(key, content);
  return content;
}
