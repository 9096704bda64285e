import type { JsonValue } from '@gatehouse/kernel';
import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import { keyText, type PathSegment } from '../problem/path-text.ts';

const MAX_DEPTH = 50;

/** Told for each thing that a configuration file may not hold. `offset` is in characters of the text. */
export type Refuse = (
  offset: number,
  path: readonly PathSegment[],
  message: string,
  expected?: string,
) => void;

/**
 * The plain value of a YAML node. What two readers could understand differently is refused: anchors, aliases,
 * merge keys, tags, keys that are no text, a key given twice, numbers that are not finite.
 */
export function plainValue(node: unknown, path: readonly PathSegment[], refuse: Refuse): JsonValue {
  if (path.length > MAX_DEPTH) {
    refuse(offsetOf(node), path, `is nested deeper than ${MAX_DEPTH} levels`);
    return null;
  }
  if (isAlias(node)) {
    refuse(offsetOf(node), path, 'is an alias', 'the value written out');
    return null;
  }
  refuseProperties(node, path, refuse);
  if (isMap(node)) return plainMap(node.items, path, refuse);
  if (isSeq(node)) return node.items.map((item, index) => plainValue(item, [...path, index], refuse));
  if (!isScalar(node)) return null;
  const value = node.value;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    refuse(offsetOf(node), path, 'is not a finite number', 'a finite number');
    return null;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function plainMap(items: readonly Pair[], path: readonly PathSegment[], refuse: Refuse): JsonValue {
  const members = new Map<string, JsonValue>();
  for (const pair of items) {
    const key = plainKey(pair.key, path, refuse);
    if (key === undefined) continue;
    const value = plainValue(pair.value, [...path, key], refuse);
    if (members.has(key)) {
      refuse(offsetOf(pair.key), [...path, key], 'is given twice', 'each key once');
    } else {
      members.set(key, value);
    }
  }
  return Object.fromEntries(members);
}

function plainKey(node: unknown, path: readonly PathSegment[], refuse: Refuse): string | undefined {
  if (isAlias(node)) {
    refuse(offsetOf(node), path, 'has an alias as a key', 'the key written out');
    return undefined;
  }
  refuseProperties(node, path, refuse);
  if (!isScalar(node) || typeof node.value !== 'string') {
    refuse(offsetOf(node), path, 'has a key that is no text', 'text as a key: put it in quotes');
    return undefined;
  }
  if (node.value === '<<' && node.type === 'PLAIN') {
    refuse(offsetOf(node), path, 'has a merge key', 'the keys written out');
    return undefined;
  }
  if (node.value === '__proto__') {
    refuse(offsetOf(node), path, `has the key ${keyText(node.value)}, which is reserved`);
    return undefined;
  }
  return node.value;
}

function refuseProperties(node: unknown, path: readonly PathSegment[], refuse: Refuse): void {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return;
  if (node.anchor !== undefined) {
    refuse(offsetOf(node), path, 'has an anchor', 'the value written out where it is used');
  }
  if (node.tag !== undefined) refuse(offsetOf(node), path, 'has a tag', 'a plain value');
}

/** Where a node begins; 0 for what has no place, such as the value that a key lacks. */
export function offsetOf(node: unknown): number {
  if (isAlias(node) || isMap(node) || isSeq(node) || isScalar(node)) return node.range?.[0] ?? 0;
  return 0;
}
