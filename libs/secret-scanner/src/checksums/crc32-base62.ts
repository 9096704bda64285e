import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The CRC-32 of `payload` in base 62, six digits: the last six characters of GitHub's and npm's tokens
 * (https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/).
 */
export function crc32Base62(payload: string): string {
  let rest = crc32(payload);
  let digits = '';
  while (rest > 0) {
    digits = BASE62[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits.padStart(6, '0');
}

/** Whether a token `prefix_` + payload + six digits ends in the checksum of its payload. */
export function endsInCrc32Base62(token: string): boolean {
  const payload = token.slice(token.indexOf('_') + 1, -6);
  return token.slice(-6) === crc32Base62(payload);
}
