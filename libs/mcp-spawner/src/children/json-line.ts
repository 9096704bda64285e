import { isJsonObject, type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';

/**
 * Reads one line of a child as a JSON-RPC message. Undefined for what is none: no JSON, no object, nested beyond
 * 100 levels. Numbers are read as doubles and duplicate keys as the last one; the value read here is the only
 * one that anybody downstream sees.
 */
export function parseMessageLine(line: Buffer): JsonObject | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(line.toString('utf8')) as JsonValue;
  } catch {
    return undefined;
  }
  return isJsonObject(value) && isWithinDepth(value, MAX_JSON_DEPTH) ? value : undefined;
}

/**
 * A message as one line, whatever the child's reader takes for the end of one: some, Node's among them, take U+2028 and
 * U+2029 too, which JSON may write as they are.
 */
export function messageLine(message: JsonObject): string {
  const text = JSON.stringify(message);
  return `${text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

function isWithinDepth(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const child of Object.values(value) as JsonValue[]) {
    if (typeof child === 'object' && child !== null && !isWithinDepth(child, levels - 1)) return false;
  }
  return true;
}
