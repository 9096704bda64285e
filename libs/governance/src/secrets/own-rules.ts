import type { SecretPattern } from '@gatehouse/config';
import type { SecretRule } from '@gatehouse/secret-scanner';

/** The operator's patterns as rules of the scanner. A pattern with a group is also tried on a member's name and value. */
export function ownRules(patterns: readonly SecretPattern[]): SecretRule[] {
  return patterns.map(({ id, description, pattern, ignoreCase, keywords, confidence }) => {
    const compiled = new RegExp(pattern, ignoreCase ? 'i' : '');
    return {
      id: `own-${id}`,
      description,
      keywords,
      pattern: compiled,
      context: hasGroup(compiled),
      confidence,
      source: 'services/governance/secrets.yaml',
    };
  });
}

function hasGroup(pattern: RegExp): boolean {
  // An empty branch always matches, and tells how many groups there are.
  return new RegExp(`${pattern.source}|`).exec('')!.length > 1;
}
