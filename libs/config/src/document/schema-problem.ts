import type { AnySchemaObject, ErrorObject } from 'ajv/dist/2020.js';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { nearest } from '../problem/nearest.ts';
import { keyText, type PathSegment } from '../problem/path-text.ts';
import type { YamlDocument } from './yaml-document.ts';

type Told = Pick<ConfigurationProblem, 'message' | 'expected' | 'nearest'>;

/** One ajv error as a problem with its place; undefined for an error that another one already tells. */
export function schemaProblem(document: YamlDocument, error: ErrorObject): ConfigurationProblem | undefined {
  const path = pathOf(document, error.instancePath);
  const schema = isSchema(error.parentSchema) ? error.parentSchema : {};
  const params: Record<string, unknown> = error.params;
  if (error.propertyName !== undefined) return undefined;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      return document.problem([...path, key], 'key', unknownKey(key, schema));
    }
    case 'propertyNames': {
      const key = String(params.propertyName);
      const names = isSchema(schema.propertyNames) ? schema.propertyNames : {};
      return document.problem([...path, key], 'key', nameRefused(key, names));
    }
    case 'required': {
      const key = String(params.missingProperty);
      return document.problem([...path, key], 'key', {
        message: 'is missing',
        expected: wanted(schema, key),
      });
    }
    default:
      return document.problem(path, 'value', refusedValue(error, schema, params));
  }
}

function unknownKey(key: string, schema: AnySchemaObject): Told {
  const known = Object.keys(isSchema(schema.properties) ? schema.properties : {});
  const near = nearest(key, known) ?? oneLevelDown(key, schema);
  return {
    message: 'is not a known key',
    expected: oneOf(known),
    ...(near === undefined ? {} : { nearest: near }),
  };
}

/** `timeout_ms` beside `limits` was meant below it. */
function oneLevelDown(key: string, schema: AnySchemaObject): string | undefined {
  for (const [name, child] of Object.entries(isSchema(schema.properties) ? schema.properties : {})) {
    if (isSchema(child) && isSchema(child.properties) && Object.hasOwn(child.properties, key)) {
      return `${name}.${key}`;
    }
  }
  return undefined;
}

function nameRefused(key: string, names: AnySchemaObject): Told {
  const known = listOf(names.enum);
  const near = nearest(key, known);
  return {
    message: known.length > 0 ? 'is not a known key' : 'is not a valid name',
    expected: known.length > 0 ? oneOf(known) : String(names['x-expected'] ?? 'another name'),
    ...(near === undefined ? {} : { nearest: near }),
  };
}

const BOUNDS: Record<string, (limit: string) => string> = {
  minimum: (limit) => `at least ${limit}`,
  exclusiveMinimum: (limit) => `more than ${limit}`,
  maximum: (limit) => `at most ${limit}`,
  minLength: (limit) => `at least ${limit} characters`,
  maxLength: (limit) => `at most ${limit} characters`,
  minItems: (limit) => `at least ${limit} items`,
  maxItems: (limit) => `at most ${limit} items`,
  minProperties: (limit) => `at least ${limit} keys`,
  maxProperties: (limit) => `at most ${limit} keys`,
};

function refusedValue(error: ErrorObject, schema: AnySchemaObject, params: Record<string, unknown>): Told {
  const message = typeof schema['x-message'] === 'string' ? schema['x-message'] : undefined;
  const stated = typeof schema['x-expected'] === 'string' ? schema['x-expected'] : undefined;
  const bound = BOUNDS[error.keyword];
  if (bound !== undefined) {
    return { message: message ?? 'is out of bounds', expected: bound(String(params.limit)) };
  }
  switch (error.keyword) {
    case 'type':
      return { message: `is ${kindOf(error.data)}`, expected: typeText(params.type, error.data) };
    case 'enum': {
      const allowed = listOf(params.allowedValues);
      const near = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
      return {
        message: message ?? 'is not a known value',
        expected: stated ?? oneOf(allowed),
        ...(near === undefined ? {} : { nearest: near }),
      };
    }
    case 'const':
      return { message: message ?? 'cannot be changed', expected: String(params.allowedValue) };
    case 'uniqueItems':
      return { message: 'lists an item twice', expected: 'each item once' };
    default:
      return { message: message ?? 'is not valid', ...(stated === undefined ? {} : { expected: stated }) };
  }
}

function wanted(schema: AnySchemaObject, key: string): string {
  const child: unknown = isSchema(schema.properties) ? schema.properties[key] : undefined;
  if (!isSchema(child)) return 'this key';
  return Array.isArray(child.enum) ? oneOf(listOf(child.enum)) : typeText(child.type, undefined);
}

const TYPE_TEXT: Record<string, string> = {
  object: 'a map of keys',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

function typeText(type: unknown, found: unknown): string {
  const text = listOf(Array.isArray(type) ? type : [type])
    .map((name) => TYPE_TEXT[name] ?? name)
    .join(' or ');
  const quotable = text === 'text' && (typeof found === 'number' || typeof found === 'boolean');
  return quotable ? 'text: put it in quotes' : text;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number';
  return typeof value === 'boolean' ? 'true or false' : (TYPE_TEXT[typeof value] ?? 'something else');
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'no keys here' : `one of ${names.map(keyText).join(', ')}`;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isSchema(value: unknown): value is AnySchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON pointer (RFC 6901) as segments; a segment is an index where the document has a list. */
function pathOf(document: YamlDocument, pointer: string): PathSegment[] {
  const path: PathSegment[] = [];
  let at: unknown = document.value;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const segment = Array.isArray(at) ? Number(key) : key;
    path.push(segment);
    at = Array.isArray(at) ? at[Number(key)] : isSchema(at) ? at[key] : undefined;
  }
  return path;
}
