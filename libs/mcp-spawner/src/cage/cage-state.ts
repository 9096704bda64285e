/**
 * How tools are kept from Gatehouse (threat T2). `own user`: in namespaces of their own, each server under a user id
 * of its own. `user namespace`: in namespaces of their own, under the user id that Gatehouse has. `none`: not at all.
 */
export type CageKind = 'own user' | 'user namespace' | 'none';

export interface CageState {
  readonly kind: CageKind;
  /** Why there is none. */
  readonly reason: string | null;
}

/** One sentence for an operator. */
export function isolationText({ kind, reason }: CageState): string {
  if (kind === 'own user') return 'tools are isolated: each in a cage of its own, under a user id of its own';
  if (kind === 'user namespace') return 'tools are isolated: each in a cage of its own';
  return `tools are not isolated from Gatehouse${reason === null ? '' : `: ${reason}`}`;
}
