import {
  isCertainlyGenerated,
  isLikelyGenerated,
  isLikelyPassword,
  isPasswordInProse,
} from '../judge/assigned-value.ts';
import { isNameOfSecret, isOnOneLine, isProse } from '../judge/secret-name.ts';
import type { SecretRule } from '../rule.ts';

/** More than four spaces stand around an operator only where columns are aligned, and then in one line. */
const SPACE = '(?:\\s{0,4}|[ \\t]{5,24})';
/** `@"` of Objective-C and C#, `b"` and `r"` of Python, `u"`. */
const STRING_PREFIX = '(?:@|[bru]{1,2}(?=["\']))?';
const NAME_TAIL = `[\\w.-]{0,24}(?:\\\\{0,3}["'\`])?(?:\\[\\]|[\\])])?(?:${SPACE}(?:=>|->|:=|==?|:|>)${SPACE}|\\s{1,4}(?:(?:--?|is|was)\\s{1,4})?)${STRING_PREFIX}\\\\{0,3}`;
const QUOTED = '["\'`]([^\\s"\'`\\\\]{6,512})\\\\{0,3}["\'`]';
const BARE = '([^\\s"\'`,;<>(){}\\\\]{8,512})';

/** What follows is itself given a value, and not merely padded with `=`. */
const NO_NEXT_NAME = '(?![A-Za-z_][\\w.-]{0,40}(?::|=(?!=?(?:[\\s"\'`]|$))))';

function named(names: string): RegExp {
  return new RegExp(`(?:${names})${NAME_TAIL}${NO_NEXT_NAME}(?:${QUOTED}|${BARE})`, 'i');
}

/** Values that only their name gives away. The name and the look of the value have to agree. */
export const assignmentRules: readonly SecretRule[] = [
  {
    id: 'assigned-password',
    description: 'Value given to a name such as password, passwd, pwd or passphrase',
    keywords: ['password', 'passwd', 'passphrase', 'passwort', 'pwd', '_pass', 'dbpass', 'userpass'],
    pattern: named('password|passwd|passphrase|passwort|pwd|_pass|dbpass|userpass'),
    glued: 'any',
    context: true,
    judge: (value, match) =>
      isNameOfSecret(match) &&
      isLikelyPassword(value, match[1] !== undefined) &&
      (!isProse(match) || (isOnOneLine(match) && isPasswordInProse(value, match[1] !== undefined))),
    confidence: 'medium',
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
  {
    id: 'assigned-secret',
    description: 'Generated value given to a name such as secret, token, api_key or private_key',
    keywords: [
      'secret',
      'token',
      'api_key',
      'apikey',
      'api-key',
      'api key',
      'access_key',
      'accesskey',
      'access-key',
      'auth_key',
      'authkey',
      'private_key',
      'privatekey',
      'private-key',
      'encryption_key',
      'encryptionkey',
      'signing_key',
      'signingkey',
      'master_key',
      'account_key',
      'accountkey',
      'credential',
      '_pat',
    ],
    pattern: named(
      'secret|token|api[_ -]?key|access[_-]?key|auth_?key|private[_-]?key|encryption_?key|signing_?key|master_key|account_?key|credential|_pat(?![a-z])',
    ),
    glued: 'any',
    context: true,
    judge: (value, match) =>
      isNameOfSecret(match) &&
      (isProse(match)
        ? isOnOneLine(match) && isCertainlyGenerated(value)
        : isLikelyGenerated(value, 3, match[1] !== undefined)),
    confidence: 'medium',
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
];
