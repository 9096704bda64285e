import { parsePattern } from './parse-pattern.ts';
import { keywordsOf } from './pattern-keywords.ts';
import { OTHERS, overlap, type PatternNode, PatternRefused, union } from './pattern-node.ts';

export type LinearPattern =
  | { readonly ok: true; readonly keywords: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly expected: string };

/** A match of more characters than this is no credential. */
const LONGEST = 4096;
/** A text that matches but for its end is tried in each of them. */
const MOST_WAYS = 64;

/**
 * Whether a pattern takes linear time whatever the text, by its syntax alone, and what each match begins with. It
 * errs on the side of refusing: every repeat bounded, none that varies inside another, and no two that vary where a
 * character could belong to either.
 */
export function linearPattern(source: string, ignoreCase: boolean): LinearPattern {
  try {
    void new RegExp(source);
  } catch {
    return {
      ok: false,
      message: 'is not a valid regular expression',
      expected: 'JavaScript syntax, no flags',
    };
  }
  try {
    const tree = parsePattern(source, ignoreCase);
    const { longest, ways } = measured(tree);
    if (ways > MOST_WAYS) {
      throw new PatternRefused('has too many choices whose branches begin alike', 0, 'fewer of them');
    }
    if (longest > LONGEST) {
      throw new PatternRefused('matches too long a text', 0, `at most ${LONGEST} characters`);
    }
    return { ok: true, keywords: keywordsOf(tree) };
  } catch (error) {
    if (error instanceof PatternRefused)
      return { ok: false, message: error.message, expected: error.expected };
    throw error;
  }
}

interface Measure {
  /** Every character that it can match, wherever. */
  readonly all: Uint8Array;
  /** Every character that it can begin with. */
  readonly first: Uint8Array;
  readonly longest: number;
  /** It can match nothing at all. */
  readonly empty: boolean;
  /** It can match texts of different lengths. */
  readonly varies: boolean;
  /** In how many ways its choices can be taken for one text, at most. */
  readonly ways: number;
}

const NOTHING: Measure = {
  all: new Uint8Array(OTHERS + 1),
  first: new Uint8Array(OTHERS + 1),
  longest: 0,
  empty: true,
  varies: false,
  ways: 1,
};

function measured(node: PatternNode): Measure {
  switch (node.kind) {
    case 'empty':
      return NOTHING;
    case 'set':
      return { all: node.set, first: node.set, longest: 1, empty: false, varies: false, ways: 1 };
    case 'sequence':
      return measuredSequence(node.parts);
    case 'choice':
      return measuredChoice(node.branches);
    case 'repeat':
      return measuredRepeat(node);
  }
}

function measuredSequence(parts: readonly PatternNode[]): Measure {
  const measures = parts.map(measured);
  for (const [index, one] of measures.entries()) {
    if (!one.varies) continue;
    for (let next = index + 1; next < measures.length; next += 1) {
      const other = measures[next]!;
      if (other.varies && overlap(one.all, other.all)) {
        throw new PatternRefused(
          'has two repeats that can match the same characters',
          parts[next]!.at,
          'between two repeats a fixed character that neither can match',
        );
      }
      if (!other.empty && !overlap(one.all, other.first)) break;
    }
  }
  const until = measures.findIndex((measure) => !measure.empty);
  const leading = until < 0 ? measures : measures.slice(0, until + 1);
  return {
    all: union(measures.map((measure) => measure.all)),
    first: union(leading.map((measure) => measure.first)),
    longest: measures.reduce((sum, measure) => sum + measure.longest, 0),
    empty: until < 0,
    varies: measures.some((measure) => measure.varies),
    ways: measures.reduce((product, measure) => product * measure.ways, 1),
  };
}

function measuredChoice(branches: readonly PatternNode[]): Measure {
  const measures = branches.map(measured);
  const alike = measures.some((one, index) =>
    measures.slice(index + 1).some((other) => one.empty || other.empty || overlap(one.first, other.first)),
  );
  const ways = measures.map((measure) => measure.ways);
  const lengths = new Set(measures.map((measure) => measure.longest));
  return {
    all: union(measures.map((measure) => measure.all)),
    first: union(measures.map((measure) => measure.first)),
    longest: Math.max(...lengths),
    empty: measures.some((measure) => measure.empty),
    varies: lengths.size > 1 || measures.some((measure) => measure.varies),
    ways: alike ? ways.reduce((sum, way) => sum + way, 0) : Math.max(...ways),
  };
}

function measuredRepeat({ part, min, max, at }: Extract<PatternNode, { kind: 'repeat' }>): Measure {
  const inner = measured(part);
  if (max > 1 && (inner.varies || inner.empty)) {
    throw new PatternRefused(
      'has a repeat inside a repeat',
      at,
      'a repeat of a single character, a class or a group of fixed length',
    );
  }
  if (max > 1 && inner.ways > 1) {
    throw new PatternRefused(
      'repeats a choice whose branches begin alike',
      at,
      'branches that begin with different characters',
    );
  }
  return {
    ...inner,
    longest: inner.longest * max,
    empty: inner.empty || min === 0,
    varies: inner.varies || min !== max,
  };
}
