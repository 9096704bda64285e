import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { YamlDocument } from '../document/yaml-document.ts';

/** Of servers and agents: never `__`, so that `mcp__<server>__<tool>` reads one way. As in the schemas. */
const NAME = /^[A-Za-z0-9](?:[_-]?[A-Za-z0-9])*$/;

/**
 * What a file gives below `section`, by name, as it is written: whether or not the file is right otherwise, so that
 * what the schema cannot say is told together with what it says. Names that are none are left to the schema.
 */
export function namedEntries(document: YamlDocument, section: string): [string, JsonObject][] {
  const entries = isJsonObject(document.value) ? document.value[section] : undefined;
  if (!isJsonObject(entries)) return [];
  return Object.entries(entries).flatMap(([name, entry]): [string, JsonObject][] =>
    isName(name) ? [[name, isJsonObject(entry) ? entry : {}]] : [],
  );
}

export function isName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 48 && NAME.test(text);
}
