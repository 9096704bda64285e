import type { JsonValue } from '@gatehouse/kernel';

const MARKER = /\[REDACTED:([A-Za-z_][A-Za-z0-9_.-]{0,127})\]/g;
/** A guess is at least as long as what is redacted. */
const SHORTEST = 12;

/**
 * Secrets that a call may have guessed: their marker stands in the output, and a text of the arguments, or all of them
 * together, is as long as the secret and does not come back. A tool that prints its own secret unasked is no guess.
 */
export function guessedSecrets(
  input: JsonValue,
  output: JsonValue,
  hasLength: (name: string, bytes: number) => boolean,
): string[] {
  const said = textsOf(output);
  const names = new Set(said.flatMap((text) => [...text.matchAll(MARKER)].map((match) => match[1]!)));
  if (names.size === 0) return [];
  const given = textsOf(input);
  const guesses = [...given, given.join('')].filter(
    (guess) => guess.length >= SHORTEST && !said.some((text) => text.includes(guess)),
  );
  return [...names].filter((name) => guesses.some((guess) => hasLength(name, Buffer.byteLength(guess))));
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Object.values(value) as JsonValue[]).flatMap(textsOf);
}
