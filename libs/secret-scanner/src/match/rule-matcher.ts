import { shannonEntropy } from '../judge/entropy.ts';
import { isPlaceholder } from '../judge/placeholder.ts';
import { KeywordSearch } from '../keywords/keyword-search.ts';
import type { Confidence, SecretRule } from '../rule.ts';
import { reverse } from './reverse.ts';
import type { TextMatch } from './text-match.ts';

interface CompiledRule {
  readonly rule: SecretRule;
  readonly pattern: RegExp;
  readonly grouped: boolean;
  readonly lookback: readonly number[];
  readonly glued: 'any' | 'word' | 'no';
  /** What each match begins with, by case: cheaper to compare than to try the pattern. */
  readonly prefix: string;
  /** Where the last match of this rule in the text at hand ended, and the number of that text. */
  end: number;
  text: number;
}

/** A rule is compiled when one of its keywords first stands in a text: a short run sees few of them. */
interface RuleSlot {
  readonly rule: SecretRule;
  compiled: CompiledRule | undefined;
}

/** What `match` found, and which rules' keywords stood in the text. */
export interface Matches {
  readonly found: readonly TextMatch[];
  /** Context rules whose keyword the text holds: as the name of a member, it says what its value may be. */
  readonly contexts: readonly SecretRule[];
  /** So many candidates had to be refused that the rest was not looked at. */
  readonly exhausted: boolean;
  /** Where keywords that stand in the text backwards end. */
  readonly backwards: readonly number[];
}

const NONE: Matches = { found: [], contexts: [], exhausted: false, backwards: [] };
/** Backwards, shorter words stand in too many texts. */
const MIN_BACKWARDS = 4;
/** Three characters that hardly stand in a text the other way round: `//:`, `~q8`, `aa:`. */
const RARE_BACKWARDS = /^(?=.*[:~ ]).{3}$/;
/**
 * What may be spent on candidates that come to nothing: this much, and one more for each 32 characters. Of thirty
 * thousand ordinary files, some of megabytes, none needs two thirds of it.
 */
const EFFORT = 8192;
/** Of a pattern that did not match, and of a match that was no secret. */
const COST = { missed: 1, refused: 8 } as const;
/** A text with more credentials than this is withheld whole: what is left of it is worth nobody's time. */
const MOST_FOUND = 1024;
/** Names longer than this are no names. */
const MAX_NAME = 128;

/** Runs a set of rules over texts. */
export class RuleMatcher {
  readonly #search: KeywordSearch;
  readonly #keywords: readonly string[];
  readonly #byKeyword: readonly (readonly RuleSlot[])[];
  #texts = 0;

  constructor(rules: readonly SecretRule[]) {
    const byKeyword = new Map<string, RuleSlot[]>();
    for (const rule of rules) {
      const slot: RuleSlot = { rule, compiled: undefined };
      for (const keyword of rule.keywords) {
        const sharing = byKeyword.get(keyword);
        if (sharing === undefined) byKeyword.set(keyword, [slot]);
        else sharing.push(slot);
      }
    }
    this.#keywords = [...byKeyword.keys()];
    this.#byKeyword = [...byKeyword.values()];
    const backwards = this.#keywords.filter(
      (keyword) =>
        (keyword.length >= MIN_BACKWARDS || RARE_BACKWARDS.test(keyword)) && keyword !== reverse(keyword),
    );
    this.#search = new KeywordSearch([...this.#keywords, ...backwards.map(reverse)]);
  }

  /** Gets ready for many texts. */
  prepare(): void {
    for (const slots of this.#byKeyword) for (const slot of slots) slot.compiled ??= compile(slot.rule);
    this.#search.prepare();
  }

  /** Every match in `text`; overlaps are not merged yet. */
  match(text: string): Matches {
    let found: TextMatch[] | undefined;
    let contexts: Set<SecretRule> | undefined;
    this.#texts += 1;
    const number = this.#texts;
    let backwards: number[] | undefined;
    let effort = EFFORT + (text.length >> 5);
    this.#search.find(text, (keyword, end) => {
      if (keyword >= this.#keywords.length) {
        backwards ??= [];
        backwards.push(end);
        return;
      }
      if (effort < 0) return;
      const start = end - this.#keywords[keyword]!.length;
      for (const slot of this.#byKeyword[keyword]!) {
        slot.compiled ??= compile(slot.rule);
        const { compiled } = slot;
        if (compiled.text !== number) {
          compiled.text = number;
          compiled.end = 0;
        }
        if (compiled.rule.context === true && text.length <= MAX_NAME) {
          contexts ??= new Set();
          contexts.add(compiled.rule);
        }
        const match = tryAt(compiled, text, start, end - start);
        if (match === 'missed' || match === 'refused') effort -= COST[match];
        else if (match !== undefined) {
          found ??= [];
          if (found.push(match) >= MOST_FOUND) effort = -1;
        }
      }
    });
    if (found === undefined && contexts === undefined && backwards === undefined && effort >= 0) return NONE;
    return {
      found: found ?? [],
      contexts: contexts === undefined ? [] : [...contexts],
      exhausted: effort < 0,
      backwards: backwards ?? [],
    };
  }
}

function compile(rule: SecretRule): CompiledRule {
  const grouped = /\((?!\?)/.test(rule.pattern.source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, ''));
  const flags = grouped ? 'yd' : 'y';
  return {
    rule,
    pattern: new RegExp(rule.pattern.source, rule.pattern.flags.replaceAll(/[dgy]/g, '') + flags),
    grouped,
    lookback: rule.lookback ?? [0],
    glued: rule.glued ?? (rule.keywords.every((keyword) => /.{4}[^a-z0-9]$/.test(keyword)) ? 'any' : 'no'),
    prefix: literalPrefix(rule.pattern),
    end: 0,
    text: -1,
  };
}

/** The fixed characters that a pattern begins with; none where it is compared without case. */
function literalPrefix({ source, flags }: RegExp): string {
  if (flags.includes('i')) return '';
  const [fixed = ''] = /^(?:[\w:;=@!~'"`<>,%&# -]|\\[./$+*?(){}[\]|^-])*/.exec(source) ?? [];
  const rest = source.slice(fixed.length);
  // A quantifier takes the last character away, and a choice at the top all of them.
  if (hasTopLevelChoice(rest)) return '';
  const unescaped = fixed.replaceAll(/\\(.)/g, '$1');
  return /^[?*{]/.test(rest) ? unescaped.slice(0, -1) : unescaped;
}

function hasTopLevelChoice(source: string): boolean {
  let depth = 0;
  for (const part of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()|]/g)) {
    if (part[0] === '(') depth += 1;
    else if (part[0] === ')') depth -= 1;
    else if (part[0] === '|' && depth === 0) return true;
  }
  return false;
}

function tryAt(
  compiled: CompiledRule,
  text: string,
  keywordAt: number,
  keywordLength: number,
): TextMatch | keyof typeof COST | undefined {
  const { rule, pattern } = compiled;
  let match: RegExpExecArray | null | undefined;
  for (const distance of compiled.lookback) {
    const at = keywordAt - distance;
    if (at < compiled.end || !text.startsWith(compiled.prefix, at) || isGlued(compiled, text, at)) continue;
    pattern.lastIndex = at;
    match = pattern.exec(text);
    if (match !== null) break;
  }
  if (match === undefined) return undefined;
  if (match === null) return 'missed';
  const span = compiled.grouped ? groupSpan(match) : undefined;
  const start = span?.[0] ?? match.index;
  const end = span?.[1] ?? match.index + match[0].length;
  const secret = text.slice(start, end);
  const bodyAt = start <= keywordAt ? keywordAt + keywordLength - start : 0;
  if (!isAccepted(rule, secret, bodyAt < secret.length ? bodyAt : 0, match)) return 'refused';
  compiled.end = end;
  return { rule, confidence: confidenceOf(rule, secret), start, end, secret };
}

/** The first group that took part: a pattern with alternatives has one in each. */
function groupSpan(match: RegExpExecArray): [number, number] | undefined {
  return match.indices?.find((span, index) => index > 0 && span !== undefined);
}

/** Whether what stands right before `at` makes it part of a longer word. An escape such as `\\n` and the flag `-D` do not. */
function isGlued(compiled: CompiledRule, text: string, at: number): boolean {
  if (compiled.glued === 'any' || at === 0) return false;
  const before = text.charCodeAt(at - 1);
  if (!isLower(before) && !isUpper(before) && !(before >= 0x30 && before <= 0x39)) return false;
  if (compiled.glued === 'word' && isUpper(text.charCodeAt(at)) && isLower(before)) return false;
  if (at > 1 && text[at - 1] === 'D' && text[at - 2] === '-') return false;
  return !(at > 1 && text.charCodeAt(at - 2) === 0x5c && 'nrtbf'.includes(text[at - 1]!));
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** `bodyAt`: where the secret goes on after its keyword, so that a prefix says nothing about the rest. */
function isAccepted(rule: SecretRule, secret: string, bodyAt: number, match: RegExpExecArray): boolean {
  if (rule.minEntropy !== undefined && shannonEntropy(secret) < rule.minEntropy) return false;
  return rule.judge === undefined ? !isPlaceholder(secret.slice(bodyAt)) : rule.judge(secret, match);
}

function confidenceOf(rule: SecretRule, secret: string): Confidence {
  if (rule.checksum === undefined) return rule.confidence;
  if (rule.checksum(secret)) return rule.confidence === 'low' ? 'medium' : 'high';
  return rule.confidence === 'high' ? 'medium' : 'low';
}
