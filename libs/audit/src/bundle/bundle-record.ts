/** One line of a bundle (`audit-proof.md`): what `verifier/verify.mjs` reads. Hashes are hex, numbers of seals plain. */
export type BundleRecord =
  | {
      readonly record: 'bundle';
      readonly version: 1;
      readonly origin: string;
      readonly created_at: string;
      /** Rows outside are left out, and their seals say their Merkle root alone; null: all rows. */
      readonly range: { readonly from: string | null; readonly to: string | null } | null;
      /** Whether rows hold their erasable content. Without, erased and kept content look the same. */
      readonly content: boolean;
    }
  | LogRecord
  | {
      readonly record: 'key';
      /** Of a log before the one that is written now; so with checkpoints. */
      readonly origin?: string;
      readonly vkey: string;
      readonly since: string;
      readonly certificate: string | null;
    }
  | SealRecord
  | RowRecord
  | CheckpointRecord;

/** One of several logs of the database, oldest first: the last is the one that is written now. */
export interface LogRecord {
  readonly record: 'log';
  readonly origin: string;
  readonly begun_at: string;
  /** The row `audit.begun`, which says in place of which log it was begun, and why; null for the first. */
  readonly row: string | null;
}

export interface SealRecord {
  readonly record: 'seal';
  readonly chain: string;
  readonly seq: number;
  readonly n: number;
  readonly prev_root: string;
  readonly root: string;
  readonly ids?: readonly string[];
  readonly leaves?: readonly string[];
  /** In place of `ids` and `leaves`, where no row of the seal is in range. */
  readonly merkle?: string;
}

/** The 18 columns, `evaluation` and `result` as the text that is stored. */
export interface RowRecord {
  readonly record: 'row';
  /** Read from the rows that outlive their partition. */
  readonly held?: true;
  readonly id: string;
  readonly [column: string]: string | true | null | undefined;
}

export interface CheckpointRecord {
  readonly record: 'checkpoint';
  readonly origin?: string;
  readonly no: number;
  readonly note: string;
  /** Chain, first seal, last seal: in the order in which they enter the tree. */
  readonly runs: readonly (readonly [string, number, number])[];
}
