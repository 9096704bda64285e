import { isPlaceholder } from './placeholder.ts';

const DOCUMENTED =
  /^(?:p(?:a?ss)?(?:word|wd)?|pw|pwd|secret|token|x+|y+|\*+|user(?:name)?|foo|bar|example|changeme|your.{0,40}|my.{0,12}pass(?:word)?|hunter2|REDACTED|key|port|[0-9]{1,5})$/i;
const REFERENCE =
  /[$%]\{|\$[A-Za-z_(]|^[{<[]|[}>\]]$|%[sdv](?![0-9A-Fa-f])|^\[REDACTED:[a-z0-9-]{1,64}\]$|^"?\s*\+/;

/** Whether the password of a URL is one, and neither a word from documentation nor a variable. */
export function isUrlPassword(password: string): boolean {
  return (
    !DOCUMENTED.test(password) &&
    !REFERENCE.test(password) &&
    !(password.length > 3 && isPlaceholder(password))
  );
}
