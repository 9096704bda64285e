import { type PatternNode, PatternRefused, setOf, union } from './pattern-node.ts';

const MOST_REPEATS = 1024;
const MOST_DEPTH = 10;
const WORD = /\w/;
const SPACE = /\s/;
const DIGIT = /\d/;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' };

/**
 * Reads the subset of regular expressions that operators may write: characters, classes, groups, choices, bounded
 * repeats, anchors, and lookarounds without a repeat. The source has to be valid as JavaScript's own first.
 *
 * @throws PatternRefused for anything else
 */
export function parsePattern(source: string, ignoreCase: boolean): PatternNode {
  return new PatternReader(source, ignoreCase).whole();
}

class PatternReader {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  whole(): PatternNode {
    return this.#choice();
  }

  #choice(): PatternNode {
    const at = this.#at;
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? branches[0]! : { kind: 'choice', branches, at };
  }

  #sequence(): PatternNode {
    const at = this.#at;
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', parts, at };
  }

  #repeated(part: PatternNode): PatternNode {
    const at = this.#at;
    const written = /^(?:[?*+]|\{[0-9]{1,9}(?:,[0-9]{0,9})?\})[?+]?/.exec(this.#source.slice(at))?.[0];
    if (written === undefined) return part;
    if (part.kind === 'empty') {
      throw new PatternRefused('repeats what has no length', at, 'a repeat of characters or of a group');
    }
    const bounds = /^\{([0-9]+)(?:(,)([0-9]*))?\}/.exec(written);
    const min = bounds === null ? (written.startsWith('+') ? 1 : 0) : Number(bounds[1]);
    const max =
      bounds === null
        ? written.startsWith('?')
          ? 1
          : Number.POSITIVE_INFINITY
        : bounds[2] === undefined
          ? min
          : bounds[3] === ''
            ? Number.POSITIVE_INFINITY
            : Number(bounds[3]);
    if (max > MOST_REPEATS) {
      throw new PatternRefused(
        max === Number.POSITIVE_INFINITY ? 'has a repeat without a bound' : 'has a repeat that is too long',
        at,
        `a bound of at most ${MOST_REPEATS}, as in {20,40}`,
      );
    }
    this.#at += written.length;
    return { kind: 'repeat', part, min, max, at };
  }

  #atom(): PatternNode {
    const at = this.#at;
    const character = this.#source[at]!;
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group(at);
      case '[':
        return this.#class(at);
      case '.':
        return { kind: 'set', set: setOf((c) => c !== '\n' && c !== '\r', true), literal: null, at };
      case '^':
      case '$':
        return { kind: 'empty', at };
      case '\\':
        return this.#escape(at);
      default:
        return this.#literal(character, at);
    }
  }

  #group(at: number): PatternNode {
    const opening = /^\?(?:<?[=!]|:|<[A-Za-z_]\w{0,31}>)/.exec(this.#source.slice(this.#at))?.[0];
    if (opening === undefined && this.#source[this.#at] === '?') {
      throw new PatternRefused('has a group of a kind that is not read', at, '(…), (?:…) or a lookaround');
    }
    this.#at += opening?.length ?? 0;
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new PatternRefused('is nested too deep', at, `${MOST_DEPTH} groups`);
    const inner = this.#choice();
    this.#depth -= 1;
    this.#at += 1;
    const looks = opening !== undefined && /^\?<?[=!]/.test(opening);
    if (!looks) return inner;
    if (hasRepeat(inner))
      throw new PatternRefused('repeats inside a lookaround', at, 'a lookaround without a repeat');
    return { kind: 'empty', at };
  }

  #class(at: number): PatternNode {
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at += 1;
    const members = [];
    while (this.#source[this.#at] !== ']') {
      const member = this.#classMember();
      const last = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (!last || member.literal === null) {
        members.push(member.set);
        continue;
      }
      this.#at += 1;
      const end = this.#classMember();
      if (end.literal === null) {
        members.push(member.set, end.set, this.#set('-'));
        continue;
      }
      const [from, to] = [member.literal.charCodeAt(0), end.literal.charCodeAt(0)];
      members.push(this.#folded((code) => code >= from && code <= to, to >= 128));
    }
    this.#at += 1;
    const all = union(members);
    const set = negated ? all.map((member, index) => (index === 128 ? 1 : 1 - member)) : all;
    return { kind: 'set', set, literal: null, at };
  }

  #classMember(): Extract<PatternNode, { kind: 'set' }> {
    const at = this.#at;
    const character = this.#source[at]!;
    this.#at += 1;
    if (character !== '\\') return this.#literal(character, at);
    if (this.#source[this.#at] === 'b') {
      this.#at += 1;
      return this.#literal('\b', at);
    }
    const escaped = this.#escape(at);
    if (escaped.kind !== 'set') throw new PatternRefused('has an anchor in a class', at, 'characters');
    return escaped;
  }

  #escape(at: number): PatternNode {
    const character = this.#source[this.#at]!;
    this.#at += 1;
    switch (character) {
      case 'b':
      case 'B':
        return { kind: 'empty', at };
      case 'd':
        return { kind: 'set', set: setOf((c) => DIGIT.test(c), false), literal: null, at };
      case 'D':
        return { kind: 'set', set: setOf((c) => !DIGIT.test(c), true), literal: null, at };
      case 'w':
        return { kind: 'set', set: setOf((c) => WORD.test(c), false), literal: null, at };
      case 'W':
        return { kind: 'set', set: setOf((c) => !WORD.test(c), true), literal: null, at };
      case 's':
        return { kind: 'set', set: setOf((c) => SPACE.test(c), true), literal: null, at };
      case 'S':
        return { kind: 'set', set: setOf((c) => !SPACE.test(c), true), literal: null, at };
    }
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(this.#source.slice(this.#at - 1));
    if (code !== null) {
      this.#at += code[0].length - 1;
      return this.#literal(String.fromCharCode(Number.parseInt((code[1] ?? code[2])!, 16)), at);
    }
    if (CONTROLS[character] !== undefined) return this.#literal(CONTROLS[character], at);
    if (/[0-9k]/.test(character)) {
      throw new PatternRefused('refers back to a group', at, 'a pattern without backreferences');
    }
    if (/[A-Za-z]/.test(character))
      throw new PatternRefused('has an escape that is not read', at, String.raw`\d \w \s \b \x41 or \u0041`);
    return this.#literal(character, at);
  }

  #literal(character: string, at: number): Extract<PatternNode, { kind: 'set' }> {
    return { kind: 'set', set: this.#set(character), literal: character, at };
  }

  #set(character: string) {
    const wanted = character.charCodeAt(0);
    return this.#folded((code) => code === wanted, wanted >= 128);
  }

  #folded(holds: (code: number) => boolean, others: boolean) {
    return setOf((character) => {
      if (holds(character.charCodeAt(0))) return true;
      if (!this.#ignoreCase) return false;
      return holds(character.toLowerCase().charCodeAt(0)) || holds(character.toUpperCase().charCodeAt(0));
    }, others);
  }
}

function hasRepeat(node: PatternNode): boolean {
  switch (node.kind) {
    case 'repeat':
      return true;
    case 'sequence':
      return node.parts.some(hasRepeat);
    case 'choice':
      return node.branches.some(hasRepeat);
    default:
      return false;
  }
}
