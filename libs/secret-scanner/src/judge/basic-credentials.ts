import { isUrlPassword } from './url-password.ts';

const PRINTABLE_PAIR = /^[\x20-\x7e\u00a0-\ud7ff]{1,256}$/;

/** Whether base64 text is `user:password` (RFC 7617), and the password is none from documentation. */
export function isBasicCredentials(encoded: string): boolean {
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0 || !PRINTABLE_PAIR.test(pair)) return false;
  const password = pair.slice(colon + 1);
  // Some services take an API key as the user and no password.
  return password === '' ? colon >= 6 : isUrlPassword(password);
}
