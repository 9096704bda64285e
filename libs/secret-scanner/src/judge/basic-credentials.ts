import { isLikelyGenerated } from './assigned-value.ts';
import { isUserAndPassword } from './url-password.ts';

const PRINTABLE_PAIR = /^[\x20-\x7e\u00a0-\ud7ff]{1,512}$/;

/** Whether base64 text is `user:password` (RFC 7617) with a password that is none from documentation. */
export function isBasicCredentials(encoded: string): boolean {
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  if (!PRINTABLE_PAIR.test(pair)) return encoded.length >= 32 && isLikelyGenerated(encoded);
  return pair.includes(':') && isUserAndPassword(pair);
}
