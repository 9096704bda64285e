import type { TextMatch } from '../match/text-match.ts';
import { ownSecretOf } from '../own/own-rule.ts';

/** What stands for a credential of a rule, or for an own secret. */
export function marker(rule: string): string {
  return `[REDACTED:${ownSecretOf({ rule }) ?? rule}]`;
}

/** The text with each of the ordered, disjoint matches replaced by its marker. */
export function redactSpans(
  text: string,
  matches: readonly Pick<TextMatch, 'rule' | 'start' | 'end'>[],
): string {
  let redacted = '';
  let from = 0;
  for (const match of matches) {
    redacted += text.slice(from, match.start) + marker(match.rule.id);
    from = match.end;
  }
  return redacted + text.slice(from);
}
