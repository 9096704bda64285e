import { type JsonValue } from '@gatehouse/kernel';
import type { RedactedText, RedactedValue, Scanner } from '@gatehouse/secret-scanner';

const LONGEST = 1024;
const MOST = 8192;

/**
 * The scanner with a memory for what it found nothing in. Sessions, clients, paths and our own sentences come again in
 * row after row; looking at them once is as good. Only short, harmless texts are remembered, and a full memory starts
 * over.
 */
export function rememberingScanner(scanner: Scanner): Scanner {
  let harmless = new Set<string>();
  let { revision } = scanner;
  const isHarmless = (text: string) => {
    if (revision !== scanner.revision) {
      harmless = new Set();
      revision = scanner.revision;
    }
    return harmless.has(text);
  };
  const remember = (text: string) => {
    if (text.length > LONGEST) return;
    if (harmless.size >= MOST) harmless = new Set();
    harmless.add(text);
  };
  return {
    get revision() {
      return scanner.revision;
    },
    scan: (value) => scanner.scan(value),
    scanText(text) {
      if (isHarmless(text)) return [];
      const findings = scanner.scanText(text);
      if (findings.length === 0) remember(text);
      return findings;
    },
    redactText(text): RedactedText {
      if (isHarmless(text)) return { text, findings: [] };
      const redacted = scanner.redactText(text);
      if (redacted.findings.length === 0 && redacted.text === text) remember(text);
      return redacted;
    },
    redact(value: JsonValue): RedactedValue {
      // Under its JSON text, which no plain text above can be mistaken for: it is looked at as a whole.
      const key = `\u0000${JSON.stringify(value)}`;
      if (isHarmless(key)) return { value, findings: [] };
      const redacted = scanner.redact(value);
      if (redacted.findings.length === 0 && redacted.value === value) remember(key);
      return redacted;
    },
  };
}
