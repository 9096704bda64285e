/**
 * What could move the cursor, change colours, reverse reading order or hide: control characters (C0, DEL, C1), format
 * characters (zero-width, bidirectional), lone surrogates, line and paragraph separators.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** `text` in one line that is safe on a terminal: whatever is unsafe shows as `\n`, `\t` or `\u{202e}` (threat T25). */
export function terminalText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

/** As `terminalText`, line breaks kept: for text that is laid out on purpose. */
export function terminalLines(text: string): string {
  return text.split('\n').map(terminalText).join('\n');
}

/** Escapes the same characters, line breaks excepted, as `\uXXXX`: for JSON, and YAML in double quotes. */
export function escapeUnsafe(serialised: string): string {
  return serialised.replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}

/** Whether `terminalText` would change it. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}
