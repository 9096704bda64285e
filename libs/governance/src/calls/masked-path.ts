import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { clientToolKeys } from './client-tool-keys.ts';
import type { GovernedCall } from './governed-call.ts';

/**
 * A finding's path as a caller may see it: keys of the tool's own schema by name, every other as `*` (threat T29),
 * so that a denial does not repeat what the client wrote.
 */
export function maskedPath(segments: readonly (string | number)[], call: GovernedCall): string {
  let schema: JsonValue | undefined = call.inputSchema;
  const known = call.inputSchema === undefined ? clientToolKeys(call.action) : undefined;
  let path = '$';
  for (const [depth, segment] of segments.entries()) {
    if (typeof segment === 'number') {
      path += `[${segment}]`;
      schema = memberOf(schema, 'items');
      continue;
    }
    const properties: JsonValue | undefined = memberOf(schema, 'properties');
    const member = memberOf(properties, segment);
    const listed = member !== undefined || (depth === 0 && known !== undefined && known.has(segment));
    path += listed ? `.${segment}` : '.*';
    schema = member;
  }
  return path;
}

function memberOf(schema: JsonValue | undefined, name: string): JsonValue | undefined {
  if (!isJsonObject(schema) || !Object.hasOwn(schema, name)) return undefined;
  return (schema as JsonObject)[name];
}
