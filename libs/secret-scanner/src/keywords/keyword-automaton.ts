const CLASS_BITS = 6;
const HIT = 0x8000;

/**
 * Finds every occurrence of many keywords in one pass over the text (Aho and Corasick, 1975), without case for
 * ASCII letters. The failure links are folded into one table, so that a character costs one look-up; measured, it
 * is several times faster than an alternation of the same keywords as a regular expression.
 */
export class KeywordAutomaton {
  /** The character class of each ASCII code; class 0 is every character that no keyword has. */
  readonly #classes = new Uint8Array(128);
  /** `(state << CLASS_BITS) | class` gives the next state, with `HIT` set where a keyword ends. */
  readonly #next: Uint16Array;
  /** The keywords that end in a state, longest first. */
  readonly #ends: readonly (readonly number[])[];

  constructor(keywords: readonly string[]) {
    const states: TrieState[] = [{ children: new Map(), ends: [], failure: 0 }];
    let classes = 0;
    for (const [index, keyword] of keywords.entries()) {
      let state = 0;
      for (const character of keyword) {
        const code = character.charCodeAt(0);
        if (code > 127 || character !== character.toLowerCase()) {
          throw new RangeError(`keyword ${index} is not lower-case ASCII`);
        }
        if (this.#classes[code] === 0) {
          classes += 1;
          this.#classes[code] = classes;
          this.#classes[character.toUpperCase().charCodeAt(0)] = classes;
        }
        const symbol = this.#classes[code]!;
        let next = states[state]!.children.get(symbol);
        if (next === undefined) {
          next = states.push({ children: new Map(), ends: [], failure: 0 }) - 1;
          states[state]!.children.set(symbol, next);
        }
        state = next;
      }
      states[state]!.ends.push(index);
    }
    if (classes >= 1 << CLASS_BITS || states.length >= HIT) throw new RangeError('too many keywords');
    this.#next = linkStates(states);
    this.#ends = states.map((state) => state.ends);
  }

  /** Calls `visit` with each keyword's index and the index after its last character, in the order of their ends. */
  find(text: string, visit: (keyword: number, end: number) => void): void {
    const classes = this.#classes;
    const next = this.#next;
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      state = next[((state & ~HIT) << CLASS_BITS) | (code < 128 ? classes[code]! : 0)]!;
      if (state >= HIT) {
        for (const keyword of this.#ends[state & ~HIT]!) visit(keyword, i + 1);
      }
    }
  }
}

interface TrieState {
  readonly children: Map<number, number>;
  readonly ends: number[];
  failure: number;
}

/**
 * Turns the trie into a complete table, breadth first, so that each failure state is finished before its users: a
 * state goes where its failure state goes, but for its own children.
 */
function linkStates(states: readonly TrieState[]): Uint16Array {
  const table = new Uint16Array(states.length << CLASS_BITS);
  const queue = [0];
  for (const index of queue) {
    const { children, failure } = states[index]!;
    const row = index << CLASS_BITS;
    const fallback = failure << CLASS_BITS;
    if (index > 0) table.copyWithin(row, fallback, fallback + (1 << CLASS_BITS));
    for (const [symbol, child] of children) {
      const next = states[child]!;
      next.failure = table[row | symbol]! & ~HIT;
      next.ends.push(...states[next.failure]!.ends);
      table[row | symbol] = next.ends.length > 0 ? child | HIT : child;
      queue.push(child);
    }
  }
  return table;
}
