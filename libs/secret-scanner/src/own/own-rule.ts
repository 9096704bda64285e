import type { Finding } from '../finding.ts';

const PREFIX = 'own:';

/** The rule under which a finding of the secret `name` stands. */
export const ownRule = (name: string): string => `${PREFIX}${name}`;

/** The secret's name, of a finding that is one; else undefined. */
export function ownSecretOf({ rule }: Pick<Finding, 'rule'>): string | undefined {
  return rule.startsWith(PREFIX) ? rule.slice(PREFIX.length) : undefined;
}
