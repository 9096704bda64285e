import type { User } from '@gatehouse/identity';
import type { Account } from 'oidc-provider';

/** Who somebody is, as clients are told; undefined for who is not active. */
export function accountOf(user: User | null): Account | undefined {
  if (user?.status !== 'active') return undefined;
  return { accountId: user.id, claims: () => claimsOf(user) };
}

export function claimsOf(user: User): { sub: string; name: string; email: string } {
  return { sub: user.id, name: user.displayName, email: user.email };
}
