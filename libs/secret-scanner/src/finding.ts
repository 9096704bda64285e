import type { JsonValue } from '@gatehouse/kernel';
import type { TextMatch } from './match/text-match.ts';
import type { Confidence, SecretRule } from './rule.ts';

/** A credential that was found. It holds no character of the credential itself. */
export interface Finding {
  /** The id of the rule that found it. */
  readonly rule: string;
  /** `$.a.b[0]`, `$["odd key"]`; a finding in a key ends in `~key`. Keys that hold a credential are redacted in it. */
  readonly path: string;
  /** The same path as its members and indexes, for callers that mask some of them. */
  readonly segments: readonly (string | number)[];
  /** `plain`, or the layers that hid it from the outside in, such as `base64>gzip`. */
  readonly encoding: string;
  /** In UTF-16 units of the string at `path`, as `start` and `end` are. */
  readonly length: number;
  readonly start: number;
  readonly end: number;
  readonly confidence: Confidence;
  /** 32 hex digits, keyed: equal for equal secrets. Absent without a key and below 40 bits of estimated entropy. */
  readonly fingerprint?: string;
}

/** What a scan saw. */
export interface ScanReport {
  readonly findings: readonly Finding[];
  /** The value is too deep or too costly to be judged whole. Whoever decides on it must refuse it. */
  readonly exhausted: boolean;
}

/** Finds credentials. Pure: no I/O, no state between calls, never throws on a JSON value, never changes its input. */
export interface Scanner {
  /** Every credential in the keys and string values of `value`. */
  scan(value: JsonValue): ScanReport;
  /** Every credential in one text. The path of each finding is `$`. */
  scanText(text: string): Finding[];
  /**
   * A copy in which each credential reads `[REDACTED:rule]`; the value itself when there is none. Keys are redacted
   * too and stay unique. What could not be judged (see `ScanReport.exhausted`) is replaced as well. Findings that
   * `keep` accepts stay as they are and are not reported.
   */
  redact(value: JsonValue, keep?: (finding: Finding) => boolean): RedactedValue;
  /** The text with each credential replaced by `[REDACTED:rule]`. */
  redactText(text: string): RedactedText;
  /** Another number when the rules are others: what held nothing before may hold something now. */
  readonly revision: number;
}

/** A scanner whose rules can change while it is in use, and that takes text in pieces. */
export interface AdjustableScanner extends Scanner {
  /** For text that comes in pieces, such as a log: a credential that begins in one and ends in another is found. */
  redactStream(): TextRedaction;
  /** From now on these, besides the shipped ones, instead of those that were given before. */
  useRules(rules: readonly SecretRule[]): void;
  /** Looks in hidden texts for this too; only there, since whoever knows it finds it in plain texts faster. */
  alsoFindHidden(find: ((text: string) => readonly TextMatch[]) | undefined): void;
  /** Does now what the first look would do first. */
  prepare(): void;
}

/** A redacted value, and what was found in the original. */
export interface RedactedValue {
  readonly value: JsonValue;
  readonly findings: Finding[];
}

/** A redacted text, and what was found in the original. */
export interface RedactedText {
  readonly text: string;
  readonly findings: Finding[];
}

/** A text that is redacted as it comes. */
export interface TextRedaction {
  /** Takes the next piece, and returns what is redacted by now; some of the text is held back. */
  push(piece: string): string;
  /** Returns the rest. Nothing may be pushed after it. */
  end(): string;
}
