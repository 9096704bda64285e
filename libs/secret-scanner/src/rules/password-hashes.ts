import type { SecretRule } from '../rule.ts';

const CRYPT = 'https://manpages.debian.org/stable/libcrypt-dev/crypt.5.en.html';

function hash(
  id: string,
  description: string,
  keywords: readonly string[],
  pattern: RegExp,
  source = CRYPT,
): SecretRule {
  return { id, description, keywords, pattern, glued: 'any', confidence: 'medium', minEntropy: 3.5, source };
}

/** Hashed passwords, as in /etc/shadow and user tables: with a word list and an evening, most are passwords again. */
export const passwordHashRules: readonly SecretRule[] = [
  hash(
    'md5-crypt-hash',
    'Password hash: MD5 crypt, also that of Apache',
    ['$1$', '$apr1$'],
    /\$(?:apr)?1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}(?![./A-Za-z0-9])/,
  ),
  hash(
    'bcrypt-hash',
    'Password hash: bcrypt',
    ['$2a$', '$2b$', '$2x$', '$2y$'],
    /\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}(?![./A-Za-z0-9])/,
  ),
  hash(
    'sha-crypt-hash',
    'Password hash: SHA-256 or SHA-512 crypt',
    ['$5$', '$6$'],
    /\$(?:5\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}|6\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86})(?![./A-Za-z0-9])/,
  ),
  hash(
    'yescrypt-hash',
    'Password hash: yescrypt',
    ['$y$'],
    /\$y\$[./A-Za-z0-9]{2,12}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}(?![./A-Za-z0-9])/,
  ),
  hash(
    'argon2-hash',
    'Password hash: Argon2',
    ['$argon2'],
    /\$argon2(?:id|i|d)\$v=[0-9]{1,3}\$m=[0-9]{1,8},t=[0-9]{1,4},p=[0-9]{1,4}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,172}(?![A-Za-z0-9+/])/,
    'https://www.rfc-editor.org/rfc/rfc9106',
  ),
  hash(
    'cisco-password-hash',
    'Password hash of Cisco IOS: type 8 (PBKDF2) or 9 (scrypt)',
    ['$8$', '$9$'],
    /\$[89]\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}(?![./A-Za-z0-9])/,
    'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/d1/sec-d1-cr-book/sec-cr-e1.html',
  ),
  hash(
    'django-password-hash',
    'Password hash of Django: PBKDF2',
    ['pbkdf2_sha256$', 'pbkdf2_sha1$'],
    /pbkdf2_sha(?:256|1)\$[0-9]{4,8}\$[A-Za-z0-9]{8,32}\$[A-Za-z0-9+/]{27,43}=/,
    'https://docs.djangoproject.com/en/stable/topics/auth/passwords/',
  ),
];
