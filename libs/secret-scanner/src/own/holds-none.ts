import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';
import { HiddenBudget } from '../hidden/hidden-search.ts';
import { numberText } from './number-text.ts';
import type { OwnSearch } from './own-search.ts';
import { findSplitOwn } from './split-own.ts';

/** Whether `OwnWalk` would find nothing: so it is with nearly every value, and looking takes hardly any memory. */
export function holdsNone(value: JsonValue, search: OwnSearch, depths: 'plain' | 'hidden'): boolean {
  const budget = depths === 'hidden' ? new HiddenBudget() : undefined;
  return isFree(value, search, budget, 0) && (budget?.unread ?? 0) === 0;
}

function isFree(
  value: JsonValue,
  search: OwnSearch,
  budget: HiddenBudget | undefined,
  depth: number,
): boolean {
  if (typeof value === 'string') return search.in(value, budget).length === 0;
  if (typeof value === 'number') {
    const text = numberText(value);
    return text === undefined || search.find(text).length === 0;
  }
  if (typeof value !== 'object' || value === null || depth >= MAX_JSON_DEPTH) return true;
  let texts: string[] | undefined;
  const isItemFree = (item: JsonValue): boolean => {
    if (typeof item === 'string') {
      texts ??= [];
      texts.push(item);
    }
    return isFree(item, search, budget, depth + 1);
  };
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) if (!isItemFree(item)) return false;
  } else {
    const members = value as JsonObject;
    for (const key of Object.keys(members)) {
      if (search.in(key, budget).length > 0 || !isItemFree(members[key]!)) return false;
    }
  }
  return texts === undefined || findSplitOwn(texts, search.find, search.longest).size === 0;
}
