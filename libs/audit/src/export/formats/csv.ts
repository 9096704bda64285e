import { visibleText } from './visible-text.ts';

/** A line of CSV (RFC 4180), without its line break. */
export function csvLine(values: readonly unknown[]): string {
  return values.map(csvField).join(',');
}

/**
 * A value that a spreadsheet shows and does not compute: what could begin a formula gets an apostrophe before it
 * (threat T25). Control and format characters stand as `\u{…}`.
 */
function csvField(value: unknown): string {
  const plain =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const shown = visibleText(plain);
  const harmless = /^\s*[=+\-@|%]/.test(shown) || /^[\t\r\n]/.test(plain) ? `'${shown}` : shown;
  return /[",\s']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
