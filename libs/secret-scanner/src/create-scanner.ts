import type { JsonValue } from '@gatehouse/kernel';
import type { AdjustableScanner, Finding, RedactedText, RedactedValue, ScanReport } from './finding.ts';
import { fingerprintOf } from './fingerprint.ts';
import { HiddenSearch } from './hidden/hidden-search.ts';
import { RuleMatcher } from './match/rule-matcher.ts';
import type { TextMatch } from './match/text-match.ts';
import type { SecretRule } from './rule.ts';
import { allRules } from './rules/all-rules.ts';
import { RedactionStream } from './stream/redaction-stream.ts';
import { redactValue } from './value/redact-value.ts';
import { type LocatedMatch, ValueScan } from './value/value-scan.ts';

/** What a scanner is made with. */
export interface ScannerOptions {
  /** Key of the fingerprints, at least 16 bytes; without it findings have none. */
  readonly fingerprintKey?: Uint8Array;
  /** Rules besides the shipped ones. */
  readonly rules?: readonly SecretRule[];
}

/** Of more findings than this, the rest are redacted but not reported. */
const MAX_REPORTED = 1000;
/** A marker can complete a match with what stands around it; then what it matched is replaced as well. */
const MAX_ROUNDS = 4;

/** Makes a scanner of the shipped rules. Its first look costs some milliseconds: make one and keep it. */
export function createScanner(options: ScannerOptions = {}): AdjustableScanner {
  const key = options.fingerprintKey;
  let rules = options.rules ?? [];
  let alsoHidden: FindHidden | undefined;
  let search: Search | undefined;
  let revision = 1;

  const look = (value: JsonValue, keep?: (finding: Finding) => boolean) => {
    search ??= searchWith(rules, alsoHidden);
    const { located, unjudged, exhausted } = new ValueScan(search.matcher, search.hidden).visit(value);
    return {
      unjudged,
      located: keep === undefined ? located : located.filter((match) => !keep(findingOf(match, key))),
      exhausted,
    };
  };
  const report = (located: readonly LocatedMatch[]): Finding[] =>
    located.slice(0, MAX_REPORTED).map((match) => findingOf(match, key));

  const redact = (value: JsonValue, keep?: (finding: Finding) => boolean): RedactedValue => {
    const first = look(value, keep);
    if (first.located.length === 0 && !first.exhausted) return { value, findings: [] };
    let redacted = redactValue(value, first.located, first.unjudged, 'span');
    for (let round = 1; round < MAX_ROUNDS; round += 1) {
      const again = look(redacted, keep);
      if (again.located.length === 0) break;
      redacted = redactValue(redacted, again.located, again.unjudged, round < 2 ? 'span' : 'string');
    }
    return { value: redacted, findings: report(first.located) };
  };

  return {
    scan: (value): ScanReport => {
      const { located, exhausted } = look(value);
      return { findings: report(located), exhausted };
    },
    scanText: (text) => report(look(text).located),
    redact,
    redactText: (text): RedactedText => {
      const { value, findings } = redact(text);
      return { text: value as string, findings };
    },
    redactStream: () => new RedactionStream((text) => look(text)),
    get revision() {
      return revision;
    },
    useRules: (wanted) => {
      // Made at once where it is in use, so that rules which cannot be used change nothing.
      if (search !== undefined) search = searchWith(wanted, alsoHidden);
      rules = wanted;
      revision += 1;
    },
    alsoFindHidden: (find) => {
      alsoHidden = find;
      if (search !== undefined) search = { ...search, hidden: new HiddenSearch(search.matcher, find) };
    },
    prepare: () => {
      search ??= searchWith(rules, alsoHidden);
      search.matcher.prepare();
    },
  };
}

type FindHidden = (text: string) => readonly TextMatch[];

interface Search {
  readonly matcher: RuleMatcher;
  readonly hidden: HiddenSearch;
}

/** What finds the shipped kinds and those of `rules`. */
function searchWith(rules: readonly SecretRule[], alsoHidden: FindHidden | undefined): Search {
  const matcher = new RuleMatcher([...allRules, ...rules]);
  return { matcher, hidden: new HiddenSearch(matcher, alsoHidden) };
}

function findingOf(match: LocatedMatch, key: Uint8Array | undefined): Finding {
  const finding: Finding = {
    rule: match.rule.id,
    path: match.path,
    segments: match.segments,
    encoding: match.encoding,
    length: match.end - match.start,
    start: match.start,
    end: match.end,
    confidence: match.confidence,
  };
  const fingerprint = key === undefined ? undefined : fingerprintOf(match.secret, key);
  return fingerprint === undefined ? finding : { ...finding, fingerprint };
}
