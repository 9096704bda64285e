import { shannonEntropy } from '../judge/entropy.ts';
import { isPlaceholder } from '../judge/placeholder.ts';
import { KeywordAutomaton } from '../keywords/keyword-automaton.ts';
import type { Confidence, SecretRule } from '../rule.ts';
import type { TextMatch } from './text-match.ts';

interface CompiledRule {
  readonly rule: SecretRule;
  readonly pattern: RegExp;
  readonly grouped: boolean;
  readonly lookback: number;
  readonly reach: number;
  readonly glued: boolean;
  /** Where the last match of this rule in the text at hand ended, and the number of that text. */
  end: number;
  text: number;
}

/** What `match` found, and which rules' keywords stood in the text. */
export interface Matches {
  readonly found: readonly TextMatch[];
  /** Context rules whose keyword the text holds: as the name of a member, it says what its value may be. */
  readonly contexts: readonly SecretRule[];
}

const NONE: Matches = { found: [], contexts: [] };
/** Names longer than this are no names. */
const MAX_NAME = 128;

/** Runs a set of rules over texts. */
export class RuleMatcher {
  readonly #automaton: KeywordAutomaton;
  readonly #keywords: readonly string[];
  readonly #byKeyword: readonly (readonly CompiledRule[])[];
  #texts = 0;

  constructor(rules: readonly SecretRule[]) {
    const byKeyword = new Map<string, CompiledRule[]>();
    for (const rule of rules) {
      const compiled = compile(rule);
      for (const keyword of rule.keywords) {
        const sharing = byKeyword.get(keyword);
        if (sharing === undefined) byKeyword.set(keyword, [compiled]);
        else sharing.push(compiled);
      }
    }
    this.#keywords = [...byKeyword.keys()];
    this.#byKeyword = [...byKeyword.values()];
    this.#automaton = new KeywordAutomaton(this.#keywords);
  }

  /** Every match in `text`; overlaps are not merged yet. */
  match(text: string): Matches {
    let found: TextMatch[] | undefined;
    let contexts: Set<SecretRule> | undefined;
    this.#texts += 1;
    const number = this.#texts;
    this.#automaton.find(text, (keyword, end) => {
      const start = end - this.#keywords[keyword]!.length;
      for (const compiled of this.#byKeyword[keyword]!) {
        if (compiled.text !== number) {
          compiled.text = number;
          compiled.end = 0;
        }
        if (compiled.rule.context === true && text.length <= MAX_NAME) {
          contexts ??= new Set();
          contexts.add(compiled.rule);
        }
        const match = tryAt(compiled, text, start, end - start);
        if (match !== undefined) {
          found ??= [];
          found.push(match);
        }
      }
    });
    if (found === undefined && contexts === undefined) return NONE;
    return { found: found ?? [], contexts: contexts === undefined ? [] : [...contexts] };
  }
}

function compile(rule: SecretRule): CompiledRule {
  const grouped = /\((?!\?)/.test(rule.pattern.source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, ''));
  const flags = `${rule.lookback === undefined ? 'y' : 'g'}${grouped ? 'd' : ''}`;
  return {
    rule,
    pattern: new RegExp(rule.pattern.source, rule.pattern.flags.replaceAll(/[dgy]/g, '') + flags),
    grouped,
    lookback: rule.lookback ?? 0,
    reach: rule.reach ?? 256,
    glued: rule.glued ?? rule.keywords.every((keyword) => !/[a-z0-9]$/.test(keyword)),
    end: 0,
    text: -1,
  };
}

function tryAt(
  compiled: CompiledRule,
  text: string,
  keywordAt: number,
  keywordLength: number,
): TextMatch | undefined {
  const { rule, pattern } = compiled;
  let base = 0;
  let match: RegExpExecArray | null;
  if (compiled.lookback === 0) {
    if (keywordAt < compiled.end || (!compiled.glued && isGlued(text, keywordAt))) return undefined;
    pattern.lastIndex = keywordAt;
    match = pattern.exec(text);
  } else {
    // A window around the keyword, so that a search that fails costs its size and not that of the text.
    const from = Math.max(keywordAt - compiled.lookback, compiled.end);
    if (from > keywordAt) return undefined;
    base = Math.max(0, from - 2);
    pattern.lastIndex = from - base;
    match = pattern.exec(text.slice(base, keywordAt + compiled.reach));
    if (match !== null && !compiled.glued && isGlued(text, base + match.index)) return undefined;
  }
  if (match === null) return undefined;
  const span = compiled.grouped ? groupSpan(match) : undefined;
  const start = base + (span?.[0] ?? match.index);
  const end = base + (span?.[1] ?? match.index + match[0].length);
  const secret = text.slice(start, end);
  const bodyAt = start <= keywordAt ? keywordAt + keywordLength - start : 0;
  if (!isAccepted(rule, secret, bodyAt < secret.length ? bodyAt : 0, match)) return undefined;
  compiled.end = end;
  return { rule, confidence: confidenceOf(rule, secret), start, end, secret };
}

/** The first group that took part: a pattern with alternatives has one in each. */
function groupSpan(match: RegExpExecArray): [number, number] | undefined {
  return match.indices?.find((span, index) => index > 0 && span !== undefined);
}

/** Whether a letter or digit stands right before `at`, unless it belongs to an escape such as `\n`. */
function isGlued(text: string, at: number): boolean {
  if (at === 0) return false;
  const code = text.charCodeAt(at - 1);
  const wordly =
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return wordly && !(at > 1 && text.charCodeAt(at - 2) === 0x5c && 'nrtbf'.includes(text[at - 1]!));
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
