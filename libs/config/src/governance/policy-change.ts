import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { GovernancePolicyDocument } from './governance-policy.ts';

/** What becomes of the files on disk when they change. */
export interface PolicyChange {
  /** `refused`: the change is invalid, and what held before holds on. */
  readonly outcome: 'applied' | 'refused';
  /** Relative to the installation; those that differ from what holds, or that cannot be used. */
  readonly files: readonly string[];
  readonly previousVersion: string;
  /** Of the bytes on disk; null when they could not all be read. */
  readonly version: string | null;
  /** The changed lines, unified style, at most 8 KiB. */
  readonly diff: string;
  readonly problems: readonly ConfigurationProblem[];
  /** What holds once this change is through. */
  readonly document: GovernancePolicyDocument;
}

export type PolicyListener = (change: PolicyChange) => void | Promise<void>;
