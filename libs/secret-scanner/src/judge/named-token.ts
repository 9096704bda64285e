import { isPlaceholder } from './placeholder.ts';

/**
 * Whether a value that a vendor's name is given was made by a generator: it has digits and letters, hexadecimal
 * digits of one case, and is no word crossed out.
 */
export function isLikelyNamedToken(value: string): boolean {
  if (isPlaceholder(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return !(/^[0-9A-Fa-f-]+$/.test(value) && /[a-f]/.test(value) && /[A-F]/.test(value));
}

/** Whether a token over letters of both cases and digits uses at least two of the three, as random ones do. */
export function isMixed(token: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((characters) => characters.test(token));
  return classes.length >= 2 && !isPlaceholder(token);
}
