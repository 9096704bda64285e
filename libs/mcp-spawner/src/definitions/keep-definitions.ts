import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/** Names of tools and prompts that are kept: the alphabet of MCP revision 2025-11-25, "Tool names". */
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;
const MAX_URI_LENGTH = 2_048;
const MAX_ITEMS = 2_000;

export interface Kept {
  readonly items: readonly JsonObject[];
  readonly leftOut: number;
}

/**
 * Tools and prompts that may be offered: a name of the fixed alphabet, unlike every earlier one also without
 * regard to case (threat T23), and for tools an object as input schema. Fields are kept as they came.
 */
export function keepNamed(listed: readonly JsonValue[], options: { readonly inputSchema: boolean }): Kept {
  const names = new Set<string>();
  return keep(listed, (item) => {
    const name = item.name;
    if (typeof name !== 'string' || !NAME.test(name) || names.has(name.toLowerCase())) return false;
    if (options.inputSchema && !isJsonObject(item.inputSchema)) return false;
    names.add(name.toLowerCase());
    return true;
  });
}

/** Resources or templates whose `member` (`uri` or `uriTemplate`) is a string of reasonable length. */
export function keepAddressed(listed: readonly JsonValue[], member: 'uri' | 'uriTemplate'): Kept {
  return keep(listed, (item) => {
    const uri = item[member];
    return typeof uri === 'string' && uri.length > 0 && uri.length <= MAX_URI_LENGTH;
  });
}

function keep(listed: readonly JsonValue[], isKept: (item: JsonObject) => boolean): Kept {
  const items: JsonObject[] = [];
  for (const item of listed) {
    if (items.length < MAX_ITEMS && isJsonObject(item) && isKept(item)) items.push(item);
  }
  return { items, leftOut: listed.length - items.length };
}
