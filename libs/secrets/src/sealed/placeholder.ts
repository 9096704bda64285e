import { SECRET_NAME } from './secret-name.ts';

/** How the YAML of a remote server names a secret in a header: `${secret:NAME}`. */
const PLACEHOLDER = new RegExp(`\\$\\{secret:(${SECRET_NAME})\\}`, 'g');

/** The names that a text has places for, in order. */
export function placeholderNames(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!);
}

/** The text with what `fill` gives for each name in its place. */
export function fillPlaceholders(text: string, fill: (name: string) => string): string {
  return text.replaceAll(PLACEHOLDER, (_whole, name: string) => fill(name));
}
