import type { JsonValue } from '@gatehouse/kernel';
import type { Finding, Scanner } from '@gatehouse/secret-scanner';

/**
 * A JSON value that has passed the scanner (threat T24). Only `ScannedValue.of` makes one, so no caller can store
 * what was never looked at.
 */
export class ScannedValue {
  /** As it came. Never stored when there are findings. */
  readonly original: JsonValue;
  /** As it may be stored or shown: findings replaced by `[REDACTED:rule]`. */
  readonly redacted: JsonValue;
  readonly findings: readonly Finding[];
  /** Too deep or too costly to be judged whole: whoever decides on it must refuse it. */
  readonly exhausted: boolean;

  private constructor(
    original: JsonValue,
    redacted: JsonValue,
    findings: readonly Finding[],
    exhausted: boolean,
  ) {
    this.original = original;
    this.redacted = redacted;
    this.findings = findings;
    this.exhausted = exhausted;
  }

  /** Never throws: what the scanner cannot take counts as not judged. */
  static of(scanner: Scanner, value: JsonValue): ScannedValue {
    try {
      const { findings, exhausted } = scanner.scan(value);
      if (findings.length === 0 && !exhausted) return new ScannedValue(value, value, findings, false);
      return new ScannedValue(value, scanner.redact(value).value, findings, exhausted);
    } catch {
      return new ScannedValue(value, '[REDACTED:not judged]', [], true);
    }
  }
}
