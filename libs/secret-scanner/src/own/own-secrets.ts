import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';
import type { AdjustableScanner, Finding, RedactedText, RedactedValue, ScanReport } from '../finding.ts';
import { pathOf } from '../path.ts';

/** A stretch of a text, in UTF-16 units, that is a secret of this installation. */
export interface OwnSpan {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Finds own secrets in one text, in order and disjoint. */
export type OwnSecretFinder = (text: string) => readonly OwnSpan[];

/** What is known of own secrets, none of which is a value. */
export interface KnownOwnSecrets {
  readonly find: OwnSecretFinder;
  /** Whether one of the forms of the secret `name` is so many bytes long. */
  hasLength(name: string, bytes: number): boolean;
}

/** A scanner that also knows the secrets of this installation, by whatever `useOwnSecrets` was given. */
export interface OwnSecretScanner extends AdjustableScanner {
  /** From now on these; undefined where there are none. */
  useOwnSecrets(known: KnownOwnSecrets | undefined): void;
  readonly knowsOwnSecrets: boolean;
  ownSecretHasLength(name: string, bytes: number): boolean;
}

const PREFIX = 'own:';

/** The rule under which a finding of the secret `name` stands. */
export const ownRule = (name: string): string => `${PREFIX}${name}`;

/** The secret's name, of a finding that is one; else undefined. */
export function ownSecretOf({ rule }: Pick<Finding, 'rule'>): string | undefined {
  return rule.startsWith(PREFIX) ? rule.slice(PREFIX.length) : undefined;
}

/**
 * `scanner`, and whatever `useOwnSecrets` knows. Own secrets are reported before what the rules find, read
 * `[REDACTED:NAME]`, and are never kept, whoever accepts them.
 */
export function withOwnSecrets(scanner: AdjustableScanner): OwnSecretScanner {
  let known: KnownOwnSecrets | undefined;
  let find: OwnSecretFinder | undefined;
  let changes = 0;
  const redact = (value: JsonValue, keep?: (finding: Finding) => boolean): RedactedValue => {
    if (find === undefined || holdsNone(value, find, 0)) return scanner.redact(value, keep);
    const own = new OwnWalk(find);
    const shown = own.value(value, []);
    const { value: redacted, findings } = scanner.redact(shown, keep);
    return { value: redacted, findings: [...own.findings, ...findings] };
  };
  return {
    scan: (value): ScanReport => {
      const report = scanner.scan(value);
      if (find === undefined || holdsNone(value, find, 0)) return report;
      const own = new OwnWalk(find);
      own.value(value, []);
      return { ...report, findings: [...own.findings, ...report.findings] };
    },
    scanText: (text) => {
      const findings = scanner.scanText(text);
      if (find === undefined || holdsNone(text, find, 0)) return findings;
      const own = new OwnWalk(find);
      own.value(text, []);
      return [...own.findings, ...findings];
    },
    redact,
    redactText: (text): RedactedText => {
      const { value, findings } = redact(text);
      return { text: value as string, findings };
    },
    redactStream: () => scanner.redactStream(),
    get revision() {
      return scanner.revision + changes;
    },
    useRules: (rules) => scanner.useRules(rules),
    prepare: () => scanner.prepare(),
    useOwnSecrets: (next) => {
      known = next;
      find = next?.find;
      changes += 1;
    },
    get knowsOwnSecrets() {
      return known !== undefined;
    },
    ownSecretHasLength: (name, bytes) => known?.hasLength(name, bytes) ?? false,
  };
}

/** Whether `OwnWalk` would find nothing: so it is with nearly every value, and looking takes no memory. */
function holdsNone(value: JsonValue, find: OwnSecretFinder, depth: number): boolean {
  if (typeof value === 'string') return find(value).length === 0;
  if (typeof value !== 'object' || value === null || depth >= MAX_JSON_DEPTH) return true;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) if (!holdsNone(item, find, depth + 1)) return false;
    return true;
  }
  const members = value as JsonObject;
  for (const key of Object.keys(members)) {
    if (find(key).length > 0 || !holdsNone(members[key]!, find, depth + 1)) return false;
  }
  return true;
}

/** Rebuilds only what changes, and notes what it found. */
class OwnWalk {
  readonly findings: Finding[] = [];
  readonly #find: OwnSecretFinder;

  constructor(find: OwnSecretFinder) {
    this.#find = find;
  }

  value(value: JsonValue, segments: readonly (string | number)[]): JsonValue {
    if (typeof value === 'string') return this.#text(value, segments, false);
    if (typeof value !== 'object' || value === null || segments.length >= MAX_JSON_DEPTH) return value;
    return Array.isArray(value) ? this.#array(value, segments) : this.#object(value as JsonObject, segments);
  }

  #array(items: readonly JsonValue[], segments: readonly (string | number)[]): JsonValue {
    let changed: JsonValue[] | undefined;
    for (const [index, item] of items.entries()) {
      const shown = this.value(item, [...segments, index]);
      if (shown === item) continue;
      changed ??= [...items];
      changed[index] = shown;
    }
    return changed ?? (items as JsonValue[]);
  }

  #object(members: JsonObject, segments: readonly (string | number)[]): JsonValue {
    let isChanged = false;
    const entries: [string, JsonValue][] = [];
    const taken = new Set<string>();
    for (const [key, member] of Object.entries(members) as [string, JsonValue][]) {
      let name = this.#text(key, segments, true);
      const shown = this.value(member, [...segments, name]);
      while (taken.has(name)) name += '~';
      taken.add(name);
      isChanged ||= name !== key || shown !== member;
      entries.push([name, shown]);
    }
    return isChanged ? Object.fromEntries(entries) : members;
  }

  #text(text: string, segments: readonly (string | number)[], isKey: boolean): string {
    const spans = this.#find(text);
    if (spans.length === 0) return text;
    let shown = '';
    let from = 0;
    for (const { start, end, name } of spans) {
      shown += `${text.slice(from, start)}[REDACTED:${name}]`;
      from = end;
    }
    shown += text.slice(from);
    const place = isKey ? [...segments, shown] : segments;
    for (const { start, end, name } of spans) {
      this.findings.push({
        rule: ownRule(name),
        path: pathOf(place, isKey),
        segments: place,
        encoding: 'own',
        length: end - start,
        start,
        end,
        confidence: 'high',
      });
    }
    return shown;
  }
}
