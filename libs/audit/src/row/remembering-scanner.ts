import type { JsonValue } from '@gatehouse/kernel';
import type { RedactedText, RedactedValue, Scanner } from '@gatehouse/secret-scanner';
import { cleanJson, cleanText } from './clean-json.ts';
import { boundedContent } from './content.ts';

const LONGEST = 1024;
const MOST = 8192;

/** How a value stands in a row: canonical JSON, and whether something had to be replaced. */
export interface WrittenJson {
  readonly text: string;
  readonly lossy: boolean;
}

/** A scanner that writes what it has looked at, for rows. */
export interface RowScanner extends Scanner {
  /** Without the memory, for what is new with each row. */
  readonly forgetful: Scanner;
  /** The text, redacted and clean, as JSON. */
  writeText(text: string): string;
  /** The value, redacted, clean and bounded, as canonical JSON. */
  writeValue(value: JsonValue): WrittenJson;
}

/**
 * The scanner with a memory for what it found nothing in. Sessions, clients, paths and our own sentences come again in
 * row after row; looking at them and writing them once is as good. Only short, harmless texts are remembered, and a
 * full memory starts over.
 */
export function rememberingScanner(scanner: Scanner): RowScanner {
  let memory = new Memory();
  let { revision } = scanner;
  const current = () => {
    if (revision !== scanner.revision || memory.full) {
      memory = new Memory();
      revision = scanner.revision;
    }
    return memory;
  };
  const redactText = (text: string): RedactedText => {
    const { harmless } = current();
    if (harmless.has(text)) return { text, findings: [] };
    const redacted = scanner.redactText(text);
    if (redacted.findings.length === 0 && redacted.text === text && text.length <= LONGEST)
      harmless.add(text);
    return redacted;
  };
  return {
    forgetful: scanner,
    get revision() {
      return scanner.revision;
    },
    scan: (value) => scanner.scan(value),
    scanText(text) {
      const { harmless } = current();
      if (harmless.has(text)) return [];
      const findings = scanner.scanText(text);
      if (findings.length === 0 && text.length <= LONGEST) harmless.add(text);
      return findings;
    },
    redactText,
    redact: (value): RedactedValue => scanner.redact(value),
    writeText(text) {
      const { texts, tallies } = current();
      const known = texts.get(text);
      if (known !== undefined) return known;
      const tally = TALLY.exec(text)?.[1];
      if (tally !== undefined && tallies.has(tally)) return `"${text}"`;
      const redacted = scanner.redactText(text);
      const written = JSON.stringify(cleanText(redacted.text));
      if (redacted.findings.length === 0) {
        if (tally !== undefined) tallies.add(tally);
        else if (comesAgain(text)) texts.set(text, written);
      }
      return written;
    },
    writeValue(value) {
      const { values } = current();
      const key = JSON.stringify(value);
      const known = values.get(key);
      if (known !== undefined) return known;
      const redacted = scanner.redact(value);
      const cleaned = cleanJson(redacted.value);
      const written = { text: boundedContent(cleaned.value), lossy: cleaned.lossy };
      if (redacted.findings.length === 0 && key.length <= LONGEST) values.set(key, written);
      return written;
    },
  };
}

/** `2998 of 3000 calls a minute left for this session`: with other counts it is as harmless, and needs no escape. */
const TALLY = /^\d{1,12} of \d{1,12} ([a-z ]{1,64})$/;

/** A sentence with a count in it is another one the next time. */
function comesAgain(text: string): boolean {
  return text.length <= LONGEST && !/\d{3}/.test(text);
}

class Memory {
  readonly harmless = new Set<string>();
  readonly texts = new Map<string, string>();
  readonly tallies = new Set<string>();
  readonly values = new Map<string, WrittenJson>();

  get full(): boolean {
    return (
      this.harmless.size >= MOST ||
      this.texts.size >= MOST ||
      this.tallies.size >= MOST ||
      this.values.size >= MOST
    );
  }
}
