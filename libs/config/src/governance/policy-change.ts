import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { GovernancePolicyDocument } from './governance-policy.ts';

/** What becomes of the files on disk when they change, or of the policy in force when they do not. */
export interface PolicyChange {
  /**
   * `applied`: the files' policy holds. `restored`: an earlier one holds again, whatever the files say. `pending`:
   * the files' policy is valid and waits for its authority. `refused`: it is invalid. With the last two, what held
   * before holds on.
   */
  readonly outcome: 'applied' | 'restored' | 'pending' | 'refused';
  /** Relative to the installation; those that differ from what holds, or that cannot be used. */
  readonly files: readonly string[];
  readonly previousVersion: string;
  /** Of the bytes on disk, or of what is restored; null when they could not all be read. */
  readonly version: string | null;
  /** The changed lines, unified style, at most 8 KiB. */
  readonly diff: string;
  readonly problems: readonly ConfigurationProblem[];
  /** What holds once this change is through. */
  readonly document: GovernancePolicyDocument;
}

export type PolicyListener = (change: PolicyChange) => void | Promise<void>;

/** Says which policy is to hold. Without one, it is what the files say. */
export interface PolicyAuthority {
  /** The version that is to hold while the files hold this one (null: they cannot be read); null: what holds now. */
  wanted(filesVersion: string | null): string | null;
}
