import { encodedForms } from '../matching/encoded-forms.ts';
import { needleSearch } from '../matching/needle-search.ts';
import { acrossLineBreaks, type FindSpans, withoutSpans } from '../matching/span.ts';
import type { OpenedSecret } from './open-secrets.ts';

const MAX_DEPTH = 100;
const NESTED_LEVELS = 3;
const BACKSLASH = 0x5c;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Takes own secrets out of what a tool writes. */
export interface LineRedactor {
  /** Of a message: decoded strings and keys, JSON within strings three levels deep; the line stays one message. */
  message(line: Buffer): Buffer;
  /** Of free text. */
  text(line: Buffer): Buffer;
}

/** Knows the values in each of the listed encodings. The secrets themselves may be wiped then. */
export function lineRedactor(secrets: readonly OpenedSecret[]): LineRedactor {
  const needles = secrets
    .filter(({ redact }) => redact)
    .flatMap(({ name, value }) => encodedForms(value).map((bytes) => ({ name, bytes })));
  if (needles.length === 0) return { message: (line) => line, text: (line) => line };
  const find = acrossLineBreaks(needleSearch(needles));
  const text = (line: Buffer): Buffer => {
    const spans = find(line);
    return spans.length === 0 ? line : withoutSpans(line, spans);
  };
  return { text, message: (line) => redactMessage(line, find, text) };
}

function redactMessage(line: Buffer, find: FindSpans, text: (line: Buffer) => Buffer): Buffer {
  // Without a backslash every string stands in the line as it is.
  if (!line.includes(BACKSLASH) && find(line).length === 0) return line;
  let message: Json;
  try {
    message = JSON.parse(line.toString('utf8')) as Json;
  } catch {
    return text(line);
  }
  const walk = new JsonWalk(find);
  const redacted = walk.value(message, MAX_DEPTH, NESTED_LEVELS);
  if (redacted === undefined) return text(line);
  if (redacted === message) return text(line);
  // What stands in no string, such as a number, is taken out all the same, whatever becomes of the message.
  return text(Buffer.from(JSON.stringify(redacted)));
}

/** Rebuilds only what changes; undefined for what is nested too deep. */
class JsonWalk {
  readonly #find: FindSpans;

  constructor(find: FindSpans) {
    this.#find = find;
  }

  value(value: Json, depth: number, nested: number): Json | undefined {
    if (typeof value === 'string') return this.#string(value, nested);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) return undefined;
    return Array.isArray(value) ? this.#array(value, depth, nested) : this.#object(value, depth, nested);
  }

  #array(items: Json[], depth: number, nested: number): Json | undefined {
    let changed: Json[] | undefined;
    for (const [index, item] of items.entries()) {
      const redacted = this.value(item, depth - 1, nested);
      if (redacted === undefined) return undefined;
      if (redacted === item) continue;
      changed ??= [...items];
      changed[index] = redacted;
    }
    return changed ?? items;
  }

  #object(members: { [key: string]: Json }, depth: number, nested: number): Json | undefined {
    let isChanged = false;
    const entries: [string, Json][] = [];
    const taken = new Set<string>();
    for (const [key, member] of Object.entries(members)) {
      const redacted = this.value(member, depth - 1, nested);
      if (redacted === undefined) return undefined;
      let name = this.#string(key, 0);
      while (taken.has(name)) name += '~';
      taken.add(name);
      isChanged ||= name !== key || redacted !== member;
      entries.push([name, redacted]);
    }
    return isChanged ? Object.fromEntries(entries) : members;
  }

  #string(text: string, nested: number): string {
    const bytes = Buffer.from(text);
    const spans = this.#find(bytes);
    const shown = spans.length === 0 ? text : withoutSpans(bytes, spans).toString('utf8');
    if (nested === 0 || !/^\s*[[{"]/.test(shown)) return shown;
    try {
      const inner = JSON.parse(shown) as Json;
      const redacted = this.value(inner, MAX_DEPTH, nested - 1);
      return redacted === undefined || redacted === inner ? shown : JSON.stringify(redacted);
    } catch {
      return shown;
    }
  }
}
