import type { Secret } from '@gatehouse/kernel';

/** What production asks for beside being who runs the command (threat T1). */
export type SecondProof =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret<string> }
  /** An operator request that its user has proven in a browser. */
  | { readonly kind: 'browser'; readonly operatorRequestId: string };
