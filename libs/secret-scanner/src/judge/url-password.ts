import { isPlaceholder } from './placeholder.ts';

const DOCUMENTED =
  /^(?:p(?:a?ss)?(?:word|wd|phrase)?|pw|pwd|secret|token|x+|y+|\*+|user(?:name)?|foo|bar|baz|abc|xyz|example|changeme|change[_-]me|your.{0,40}|[a-z]{0,10}[_-]?pass(?:word|wd)?|hunter2|redacted|key(?:[_-]?[0-9]{1,6})?|p@ss|port|test|[a-z]|-|[0-9]{1,5}|.{0,16}(?:placeholder|example|dummy|replace).{0,16})$/i;
/** The name of a variable to fill in: `REPLACE_WITH_PASSWORD`. */
const VARIABLE = /^[A-Z]{1,32}(?:_[A-Z]{1,32}){1,6}$/;
const REFERENCE =
  /[$%]\{|\$[A-Za-z_(]|^\$[0-9]|^[{<[]|[}>\]]$|%[sdv](?![0-9A-Fa-f])|^\[REDACTED:[a-z0-9-]{1,64}\]$|^"?\s*\+/;

/** An address after `-u` is where to connect. */
const SCHEME = /^[a-z][a-z0-9+.-]{1,20}:\/\//i;

/** Whether the password of a URL is one, and neither a word from documentation, a variable, nor the user's own name. */
export function isUrlPassword(text: string, user = ''): boolean {
  const password = decoded(text);
  if (DOCUMENTED.test(password) || VARIABLE.test(password) || REFERENCE.test(password)) return false;
  // An anonymous user's password is their address, or anything at all (RFC 1635).
  if (/^anonymous$/i.test(user)) return false;
  return password !== user && !(password.length > 3 && isPlaceholder(password));
}

/** The same for a match that ends in `user:password@`, with the password as its group. */
export function isPasswordOfUrl(password: string, match: RegExpExecArray): boolean {
  const user = match[0].slice(match[0].indexOf('://') + 3);
  return isUrlPassword(password, user.slice(0, user.indexOf(':')));
}

/** Whether `user:password` has a password. Some services take an API key as the user and no password. */
export function isUserAndPassword(pair: string): boolean {
  const bare = pair.replaceAll(/["']/g, '');
  if (SCHEME.test(bare)) return false;
  const colon = bare.indexOf(':');
  const user = bare.slice(0, colon);
  const password = bare.slice(colon + 1);
  return password === '' ? user.length >= 8 && isUrlPassword(user) : isUrlPassword(password, user);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
