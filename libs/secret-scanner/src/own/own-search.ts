import { type HiddenBudget, HiddenSearch } from '../hidden/hidden-search.ts';
import type { Matches } from '../match/rule-matcher.ts';
import type { TextMatch } from '../match/text-match.ts';
import { ownRule, ownSecretOf } from './own-rule.ts';

/** A stretch of a text, in UTF-16 units, that is a secret of this installation. */
export interface OwnSpan {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Finds own secrets in one text, in order and disjoint. */
export type OwnSecretFinder = (text: string) => readonly OwnSpan[];

/** What was found, and the layers that hid it; `own` where the finder itself knows the form. */
export interface OwnMatch extends OwnSpan {
  readonly encoding: string;
}

const NONE: readonly OwnMatch[] = [];
const NOTHING: Matches = { found: [], contexts: [], exhausted: false, backwards: [] };

/** Finds own secrets in texts: in the forms that a finder knows, and under up to three layers of what hides texts. */
export class OwnSearch {
  readonly find: OwnSecretFinder;
  /** Of what it finds, in bytes at least as many as in UTF-16 units. */
  readonly longest: number;
  readonly #hidden: HiddenSearch;

  constructor(find: OwnSecretFinder, longest: number) {
    this.find = find;
    this.longest = longest;
    this.#hidden = new HiddenSearch({ match: (text) => matchesOf(find(text)) });
  }

  /** What a text hides, for a scanner that reads it anyway. */
  readonly hiddenIn = (text: string): readonly TextMatch[] => matchesOf(this.find(text)).found;

  /** In order and disjoint; without `budget` plain ones alone. What stays unread is counted by it. */
  in(text: string, budget: HiddenBudget | undefined): readonly OwnMatch[] {
    const plain = this.find(text);
    if (budget === undefined) return plain.length === 0 ? NONE : plain.map(shown);
    budget.allow(text.length);
    const hidden = this.#hidden.find(text, [], budget);
    if (hidden.length === 0) return plain.length === 0 ? NONE : plain.map(shown);
    return disjoint([...plain.map(shown), ...hidden.map(ofHidden)]);
  }
}

/** Overlapping ones become one, under the name of the first. */
export function disjoint(matches: readonly OwnMatch[]): readonly OwnMatch[] {
  const joined: OwnMatch[] = [];
  for (const match of [...matches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    if (last === undefined || match.start >= last.end) joined.push(match);
    else if (match.end > last.end) joined[joined.length - 1] = { ...last, end: match.end };
  }
  return joined;
}

const shown = (span: OwnSpan): OwnMatch => ({ ...span, encoding: 'own' });

function matchesOf(spans: readonly OwnSpan[]): Matches {
  return spans.length === 0 ? NOTHING : { ...NOTHING, found: spans.map(asMatch) };
}

/** As the search for hidden texts hands it on; only its place and its name are used. */
function asMatch({ start, end, name }: OwnSpan): TextMatch {
  const rule = {
    id: ownRule(name),
    description: name,
    keywords: [],
    pattern: /(?!)/,
    confidence: 'high',
    source: '',
  } as const;
  return { rule, confidence: 'high', start, end, secret: '' };
}

function ofHidden({ rule, start, end, encoding = 'own' }: TextMatch): OwnMatch {
  return { start, end, name: ownSecretOf({ rule: rule.id }) ?? rule.id, encoding };
}
