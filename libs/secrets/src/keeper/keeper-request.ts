import type { KeyPlaces } from '../keys/key-files.ts';
import type { SealedVersion, UnsignedVersion } from '../sealed/sealed-version.ts';

/** What a keeper is asked for: one thing, in a process that ends with it. */
export type KeeperRequest = { readonly places: KeyPlaces } & KeeperTask;

export type KeeperTask =
  /** Makes the keys at the first start, and looks whether they fit each other at every other. */
  | { readonly task: 'ensure-keys' }
  /** Signs new versions; or, given what each `replaces`, the same versions wrapped for another key. */
  | { readonly task: 'sign'; readonly versions: readonly VersionToSign[] }
  /** Remembers versions that are in force now, and secrets that were unset: nothing older will be opened again. */
  | {
      readonly task: 'remember';
      readonly versions: readonly SealedVersion[];
      readonly unset: readonly { readonly name: string; readonly version: number }[];
    }
  /**
   * Makes the next private key, unless an unfinished rotation made it, and wraps data keys for it. Gives the versions
   * that were not wrapped for it before.
   */
  | { readonly task: 'rewrap'; readonly versions: readonly SealedVersion[] }
  /** Seals for the next key from here on, and forgets the old one. */
  | { readonly task: 'activate' };

export interface VersionToSign {
  readonly version: UnsignedVersion;
  readonly replaces?: SealedVersion;
}

/** What each task gives. */
export interface KeeperAnswers {
  readonly 'ensure-keys': { readonly keyId: string };
  readonly sign: { readonly signatures: readonly string[] };
  readonly remember: Record<string, never>;
  readonly rewrap: { readonly keyId: string; readonly versions: readonly VersionToSign[] };
  readonly activate: { readonly keyId: string };
}

export type KeeperReply =
  | { readonly answer: KeeperAnswers[keyof KeeperAnswers] }
  | { readonly problem: { readonly code: string; readonly message: string; readonly hint?: string } };
