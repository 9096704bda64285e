/**
 * What a terminal, a browser, a parser of lines or a reader's eye could take for something else than text: control and
 * format characters, lone surrogates, line and paragraph separators, invisible ones.
 */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const MARKUP_TOO = /[<>&\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text in one line in which each such character reads `\u{202e}` (threat T25). For formats without escapes of their own. */
export function visibleText(text: string): string {
  return text.replace(DECEPTIVE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** JSON in one line, in which such characters, and what opens markup, stand as `\uXXXX`: it parses to the same value. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(MARKUP_TOO, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
