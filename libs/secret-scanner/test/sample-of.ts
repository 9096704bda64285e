/**
 * Writes texts that a pattern matches, for the subset of regular expressions that rules use: literals, classes,
 * groups, alternatives, bounded quantifiers. Lookaround matches nothing and is left out.
 */
export function sampleOf(
  pattern: RegExp,
  random: () => number,
  length: 'shortest' | 'longest' = 'shortest',
): string {
  return new Generator(pattern.source, random, length).alternatives();
}

const WORD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_';
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const ESCAPED: Readonly<Record<string, string>> = {
  w: WORD,
  d: '0123456789',
  s: ' ',
  n: '\n',
  r: '\r',
  t: '\t',
  S: WORD,
};

class Generator {
  readonly #source: string;
  readonly #random: () => number;
  readonly #length: 'shortest' | 'longest';
  #at = 0;

  constructor(source: string, random: () => number, length: 'shortest' | 'longest') {
    this.#source = source;
    this.#random = random;
    this.#length = length;
  }

  /** Up to the end of the pattern or of the group at hand. */
  alternatives(): string {
    const choices = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      choices.push(this.#sequence());
    }
    return this.#pick(choices);
  }

  #sequence(): string {
    let text = '';
    while (
      this.#at < this.#source.length &&
      this.#source[this.#at] !== '|' &&
      this.#source[this.#at] !== ')'
    ) {
      const from = this.#at;
      const first = this.#atom();
      const count = this.#quantifier();
      text += count === 0 ? '' : first;
      const after = this.#at;
      for (let i = 1; i < count; i += 1) {
        this.#at = from;
        text += this.#atom();
      }
      this.#at = after;
    }
    return text;
  }

  #atom(): string {
    const character = this.#source[this.#at]!;
    this.#at += 1;
    if (character === '(') return this.#group();
    if (character === '[') return this.#pick(this.#class());
    if (character === '.') return this.#pick(WORD);
    if (character === '^' || character === '$') return '';
    if (character !== '\\') return character;
    const escaped = this.#source[this.#at]!;
    this.#at += 1;
    return ESCAPED[escaped] === undefined ? escaped : this.#pick(ESCAPED[escaped]);
  }

  #group(): string {
    const rest = this.#source.slice(this.#at);
    const opening = /^\?(?::|=|!|<=|<!)/.exec(rest)?.[0] ?? '';
    this.#at += opening.length;
    const text = this.alternatives();
    this.#at += 1;
    return opening === '' || opening === '?:' ? text : '';
  }

  #class(): string {
    let negated = false;
    let members = '';
    if (this.#source[this.#at] === '^') {
      negated = true;
      this.#at += 1;
    }
    while (this.#source[this.#at] !== ']') {
      let member = this.#source[this.#at]!;
      this.#at += 1;
      if (member === '\\') {
        member = this.#source[this.#at]!;
        this.#at += 1;
        if (ESCAPED[member] !== undefined) {
          members += ESCAPED[member];
          continue;
        }
      }
      if (this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']') {
        const last = this.#source.charCodeAt(this.#at + 1);
        for (let code = member.charCodeAt(0); code <= last; code += 1) members += String.fromCharCode(code);
        this.#at += 2;
      } else members += member;
    }
    this.#at += 1;
    if (!negated) return members;
    return Array.from(WORD, (character) => character)
      .concat(Array.from(PRINTABLE))
      .filter((character) => !members.includes(character))
      .join('');
  }

  #quantifier(): number {
    const match = /^(?:\?|\*|\+|\{([0-9]+)(?:(,)([0-9]*))?\})\??/.exec(this.#source.slice(this.#at));
    if (match === null) return 1;
    this.#at += match[0].length;
    const longest = this.#length === 'longest';
    if (match[1] !== undefined) return Number(longest && match[3] !== undefined ? match[3] : match[1]);
    if (match[0].startsWith('?')) return longest ? 1 : 0;
    throw new RangeError(`unbounded quantifier in ${this.#source}`);
  }

  #pick<T extends string | readonly string[]>(choices: T): string {
    return choices[Math.floor(this.#random() * choices.length)]!;
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761 + 97) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x100000000;
  };
}
