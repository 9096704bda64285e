import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { headerText } from './header-text.ts';
import type { RpcAnswer } from './json-rpc.ts';
import { mismatch } from './modern-headers.ts';

const ANNOTATION = 'x-mcp-header';
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const TYPES = new Set<unknown>(['string', 'integer', 'boolean']);
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const MAX_DEPTH = 32;

/** An argument that a client has to repeat in a header, by where it stands. */
interface Repeated {
  readonly name: string;
  readonly path: readonly string[];
}

/**
 * The arguments that a tool's schema wants repeated in `Mcp-Param-…` headers, for what stands between client and server
 * (revision 2026-07-28, SEP-2243): a value that the body has must stand in its header too, and be the same. Returns the
 * refusal when one is not.
 */
export function checkParamHeaders(
  schema: JsonObject | undefined,
  args: JsonObject,
  header: (name: string) => string | undefined,
): RpcAnswer | undefined {
  for (const { name, path } of repeatedBy(schema ?? {}, [])) {
    const value = valueAt(args, path);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const given = header(`mcp-param-${name.toLowerCase()}`);
    if (given === undefined || !says(given, value)) return mismatch(`Mcp-Param-${name}`);
  }
  return undefined;
}

/**
 * What a server of that revision wants repeated of these arguments, as text by the headers' lower-case names; undefined
 * for nothing.
 */
export function repeatedArguments(
  schema: JsonObject,
  args: JsonObject,
): Readonly<Record<string, string>> | undefined {
  const told: [string, string][] = repeatedBy(schema, []).flatMap(({ name, path }) => {
    const value = valueAt(args, path);
    // As the SDK has it: of no other number is it certain how it is written.
    const isTold =
      typeof value === 'string' ||
      typeof value === 'boolean' ||
      (typeof value === 'number' && Number.isSafeInteger(value));
    return isTold ? [[`mcp-param-${name.toLowerCase()}`, String(value)]] : [];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** Those of properties and of properties below them; what stands anywhere else, or of another type, is no annotation. */
function repeatedBy(schema: JsonObject, path: readonly string[]): readonly Repeated[] {
  const { properties } = schema;
  if (properties === undefined || !isJsonObject(properties) || path.length >= MAX_DEPTH) return [];
  return Object.entries(properties).flatMap(([key, property]) => {
    if (!isJsonObject(property)) return [];
    const name = property[ANNOTATION];
    const isOne = typeof name === 'string' && NAME.test(name) && TYPES.has(property.type);
    const here = [...path, key];
    return [...(isOne ? [{ name, path: here }] : []), ...repeatedBy(property, here)];
  });
}

function valueAt(args: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const key of path) {
    if (value === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

function says(header: string, value: string | number | boolean): boolean {
  const text = headerText(header);
  if (typeof value === 'number') return text !== undefined && DECIMAL.test(text) && Number(text) === value;
  return text === String(value);
}
