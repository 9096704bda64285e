import { isLikelyNamedToken } from '../judge/named-token.ts';
import type { SecretRule } from '../rule.ts';
import { assigned } from './assigned.ts';

type Extra = Partial<Pick<SecretRule, 'confidence' | 'minEntropy' | 'judge' | 'glued' | 'keywords'>>;

/** A token that its prefix gives away: `prefix` as it stands, then `body`, a pattern. Compared with case. */
export function prefixed(
  id: string,
  description: string,
  prefix: string,
  body: string,
  source: string,
  extra: Extra = {},
): SecretRule {
  return {
    id,
    description,
    keywords: [prefix.toLowerCase()],
    pattern: new RegExp(prefix.replaceAll(/[$.*+?()[\]{}|\\/^]/g, '\\$&') + body),
    confidence: 'high',
    source,
    ...extra,
  };
}

/** A value that says nothing by itself: it counts where one of `names`, each lower-case, is given it. */
export function named(
  id: string,
  description: string,
  names: readonly string[],
  value: string,
  source: string,
  extra: Extra = {},
): SecretRule {
  return {
    id,
    description,
    keywords: names,
    pattern: assigned(`(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})`, value),
    glued: 'word',
    context: true,
    confidence: 'medium',
    minEntropy: 2.5,
    judge: isLikelyNamedToken,
    source,
    ...extra,
  };
}

/** What ends a token of a fixed length: no further character of its alphabet. */
export const END = '(?![A-Za-z0-9])';
export const END_URL = '(?![\\w-])';
export const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
