import type { KeyPlaces } from '../keys/key-files.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';

/** What a warden is told on descriptor 3, in one line: ciphertext, where the keys are, and what to start. */
export interface WardenOrder {
  readonly places: KeyPlaces;
  readonly versions: readonly SealedVersion[];
  /** Variable of the tool to name in the store. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly launch: {
    readonly file: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  };
  /** The longest line of the tool that is passed on, in bytes. */
  readonly maxLineBytes: number;
}

/** What it says on descriptor 3 when it cannot do so, in one line. */
export interface WardenProblem {
  readonly problem: string;
}

/** In place of a line that was too long: the request that it answered, where that could be read. */
export const OVERSIZED_METHOD = 'notifications/gatehouse/oversized';
