import { KeywordAutomaton } from './keyword-automaton.ts';

/** So many short texts are searched keyword by keyword before the automaton is built. */
const FEW = 64;
const SHORT = 256;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Finds every occurrence of many keywords, without case for ASCII letters, as `KeywordAutomaton` does, which it builds
 * with the first long text or after a few short ones: a command of the CLI that looks at ten lines does not pay for an
 * automaton of thousands of keywords.
 */
export class KeywordSearch {
  readonly #keywords: readonly string[];
  #automaton: KeywordAutomaton | undefined;
  #searched = 0;

  /** @throws RangeError where a keyword is not lower-case ASCII. */
  constructor(keywords: readonly string[]) {
    const wrong = keywords.findIndex((keyword) => !ASCII.test(keyword) || /[A-Z]/.test(keyword));
    if (wrong >= 0) throw new RangeError(`keyword ${wrong} is not lower-case ASCII`);
    this.#keywords = keywords;
  }

  /** Builds the automaton now, for who goes on to search for long. */
  prepare(): void {
    this.#automaton ??= new KeywordAutomaton(this.#keywords);
  }

  /** Calls `visit` with each keyword's index and the index after its last character, in the order of their ends. */
  find(text: string, visit: (keyword: number, end: number) => void): void {
    if (this.#automaton === undefined && this.#searched < FEW && text.length <= SHORT && ASCII.test(text)) {
      this.#searched += 1;
      this.#findEach(text.toLowerCase(), visit);
      return;
    }
    this.prepare();
    this.#automaton!.find(text, visit);
  }

  #findEach(text: string, visit: (keyword: number, end: number) => void): void {
    const found: { readonly keyword: number; readonly end: number; readonly length: number }[] = [];
    for (const [keyword, { length }] of this.#keywords.entries()) {
      const sought = this.#keywords[keyword]!;
      for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
        found.push({ keyword, end: at + length, length });
      }
    }
    found.sort((a, b) => a.end - b.end || b.length - a.length || a.keyword - b.keyword);
    for (const { keyword, end } of found) visit(keyword, end);
  }
}
