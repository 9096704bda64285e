import { isPlaceholder } from './placeholder.ts';

/** A name that is a file's, as in a list of files and their hashes. */
const FILE_NAME = /\.[cm]?(?:[jt]sx?|json|md|py|go|java|rb|rs|php|cs|css|html?|ya?ml|txt|map|svg|png)["'`]/;

/**
 * Whether a value that a vendor's name is given was made by a generator: it has digits and letters, hexadecimal
 * digits of one case, and is no word crossed out.
 */
export function isLikelyNamedToken(value: string, match: RegExpExecArray): boolean {
  if (FILE_NAME.test(match[0]) || isPlaceholder(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value))
    return false;
  return !(/^[0-9A-Fa-f-]+$/.test(value) && /[a-f]/.test(value) && /[A-F]/.test(value));
}

/** Whether a token over letters of both cases and digits uses at least two of the three, as random ones do. */
export function isMixed(token: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((characters) => characters.test(token));
  return classes.length >= 2 && !isPlaceholder(token);
}
