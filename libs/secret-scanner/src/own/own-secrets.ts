import type { JsonValue } from '@gatehouse/kernel';
import type { AdjustableScanner, Finding, RedactedText, RedactedValue, ScanReport } from '../finding.ts';
import { holdsNone } from './holds-none.ts';
import { ownSecretOf } from './own-rule.ts';
import { OwnSearch, type OwnSecretFinder } from './own-search.ts';
import { OwnWalk } from './own-walk.ts';

/** What is known of own secrets, none of which is a value. */
export interface KnownOwnSecrets {
  readonly find: OwnSecretFinder;
  /** How many bytes the longest of all forms has. */
  readonly longest: number;
  /** Whether one of the forms of the secret `name` is so many bytes long. */
  hasLength(name: string, bytes: number): boolean;
}

/**
 * A scanner that also knows the secrets of this installation, by whatever `useOwnSecrets` was given. It takes no text in
 * pieces: an own secret over two of them would pass.
 */
export interface OwnSecretScanner extends Omit<AdjustableScanner, 'redactStream'> {
  /** From now on these; undefined where there are none. */
  useOwnSecrets(known: KnownOwnSecrets | undefined): void;
  readonly knowsOwnSecrets: boolean;
  /** A copy without own secrets, whatever else it holds; the value itself when there is none. */
  redactOwn(value: JsonValue): JsonValue;
  ownSecretHasLength(name: string, bytes: number): boolean;
}

/**
 * `scanner`, and whatever `useOwnSecrets` knows. Own secrets are reported before what the rules find, read
 * `[REDACTED:NAME]`, and are never kept, whoever accepts them.
 */
export function withOwnSecrets(scanner: AdjustableScanner): OwnSecretScanner {
  let known: KnownOwnSecrets | undefined;
  let search: OwnSearch | undefined;
  let changes = 0;
  /** What there is of own secrets in a value; undefined for nothing, as nearly always. */
  const lookAt = (value: JsonValue, depths: 'plain' | 'hidden') => {
    if (search === undefined || holdsNone(value, search, depths)) return undefined;
    const walk = new OwnWalk(search, depths);
    return { shown: walk.value(value, []), findings: walk.findings };
  };
  const redact = (value: JsonValue, keep?: (finding: Finding) => boolean): RedactedValue => {
    const own = lookAt(value, 'plain');
    // Hidden ones the scanner finds itself, whoever accepts what.
    const kept = keep && ((finding: Finding) => ownSecretOf(finding) === undefined && keep(finding));
    if (own === undefined) return scanner.redact(value, kept);
    const { value: redacted, findings } = scanner.redact(own.shown, kept);
    return { value: redacted, findings: [...own.findings, ...findings] };
  };
  return {
    scan: (value): ScanReport => {
      const report = scanner.scan(value);
      const own = lookAt(value, 'plain');
      return own === undefined ? report : { ...report, findings: [...own.findings, ...report.findings] };
    },
    scanText: (text) => {
      const findings = scanner.scanText(text);
      const own = lookAt(text, 'plain');
      return own === undefined ? findings : [...own.findings, ...findings];
    },
    redact,
    redactOwn: (value) => lookAt(value, 'hidden')?.shown ?? value,
    redactText: (text): RedactedText => {
      const { value, findings } = redact(text);
      return { text: value as string, findings };
    },
    get revision() {
      return scanner.revision + changes;
    },
    useRules: (rules) => scanner.useRules(rules),
    alsoFindHidden: (find) => scanner.alsoFindHidden(find),
    prepare: () => scanner.prepare(),
    useOwnSecrets: (next) => {
      known = next;
      search = next === undefined ? undefined : new OwnSearch(next.find, next.longest);
      scanner.alsoFindHidden(search?.hiddenIn);
      changes += 1;
    },
    get knowsOwnSecrets() {
      return known !== undefined;
    },
    ownSecretHasLength: (name, bytes) => known?.hasLength(name, bytes) ?? false,
  };
}
