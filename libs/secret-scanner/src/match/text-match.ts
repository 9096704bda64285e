import { ownSecretOf } from '../own/own-rule.ts';
import type { Confidence, SecretRule } from '../rule.ts';

/** A credential in one text, before it has a path. */
export interface TextMatch {
  readonly rule: SecretRule;
  readonly confidence: Confidence;
  /** The span to redact; wider than `secret` where matches overlapped. */
  readonly start: number;
  readonly end: number;
  readonly secret: string;
  /** The layers that hid it, from the outside in. Absent for a plain one. */
  readonly encoding?: string;
}

const OWN = 10;
const RANK = { high: 2, medium: 1, low: 0 } as const;

/** An own secret, the surer one, and of equals the plain one, gives its name. */
function weightOf(match: TextMatch): number {
  if (ownSecretOf({ rule: match.rule.id }) !== undefined) return OWN;
  return RANK[match.confidence] * 2 + (match.encoding === undefined ? 1 : 0);
}

/**
 * Merges overlapping matches into one over their union, named by the surest of them (of equals, the one that
 * begins first, then the longest). The result is ordered and its spans do not touch.
 */
export function mergeOverlaps(matches: readonly TextMatch[]): readonly TextMatch[] {
  if (matches.length < 2) return matches;
  const merged: TextMatch[] = [];
  for (const match of [...matches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || match.start >= last.end) {
      merged.push(match);
      continue;
    }
    const surest = weightOf(match) > weightOf(last) ? match : last;
    merged[merged.length - 1] = { ...surest, start: last.start, end: Math.max(last.end, match.end) };
  }
  return merged;
}
