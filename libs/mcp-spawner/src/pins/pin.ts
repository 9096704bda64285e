import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from '@gatehouse/kernel';

/** What can be pinned of a server. `program` is what runs for it; the others are texts that a model reads. */
export type PinKind = 'program' | 'instructions' | 'tool' | 'prompt';

/** One thing that a server has now. `name` is a tool's or prompt's, else empty. */
export interface Subject {
  readonly kind: PinKind;
  readonly name: string;
  readonly content: JsonObject;
  readonly hash: string;
  /** Of its content as an earlier release pinned it. */
  readonly earlierHash?: string;
}

/** One thing that was approved. */
export interface Pin extends Subject {
  readonly server: string;
  readonly pinnedAt: Date;
  /** Null: at first sight. */
  readonly approvedBy: string | null;
}

export function subjectOf(kind: PinKind, name: string, content: JsonObject): Subject {
  return { kind, name, content, hash: createHash('sha256').update(canonicalJson(content)).digest('hex') };
}
