import { isCertainlyGenerated, isUnmistakable } from '../judge/assigned-value.ts';
import { isKeyOfSecret, isNameOfSecret } from '../judge/secret-name.ts';
import type { SecretRule } from '../rule.ts';
import { VENDOR_NAMES } from '../vendors/vendor-names.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OPERATOR =
  '(?:\\\\{0,3}["\'`])?[\\])]?\\s{0,4}(?:=>|->|:=|==?|[:,>|]|(?<=\\s)--?(?=\\s))\\s{0,4}@?\\\\{0,3}';
const VALUE = '(?:["\'`]([\\w.~+/=-]{16,160})\\\\{0,3}["\'`]|([\\w.~+/=-]{16,160}))(?![\\w/])';

/** What names the value between the service and it, and is no credential. */
const SAYS_OTHERWISE =
  /sha[0-9]|md5|hash|integrity|commit|digest|checksum|resolved|version|(?:\b|_)ids?\b|public|https?:|\bref\b|path|file|url|session/i;
const NAMES_IDENTIFIER = /[a-z]I[dD]s?\b/;

/** Values that are given to a service's name, or to a key that is none of a table or a map. */
export const vendorAssignmentRules: readonly SecretRule[] = [
  {
    id: 'vendor-credential',
    description: 'Generated value given to the name of a service that issues API keys',
    keywords: VENDOR_NAMES,
    pattern: new RegExp(
      `[a-z][\\w.-]{3,48}(?: (?:api|key|auth|id|secret|token)){0,2}${OPERATOR}${VALUE}`,
      'i',
    ),
    glued: 'word',
    context: true,
    confidence: 'low',
    judge: (value, match) => isNameOfSecret(match) && isCertainlyGenerated(value) && !UUID.test(value),
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
  {
    id: 'vendor-credential-nearby',
    description: 'Generated value a few words after the name of a service that issues API keys',
    keywords: VENDOR_NAMES,
    pattern: /[a-z][\w.-]{3,48}[^\w][\s\S]{0,56}?[\s"'`{=:]([\w-]{20,160})(?![\w/.+@-])/i,
    glued: 'no',
    confidence: 'low',
    judge: (value, match) =>
      isUnmistakable(value) && !UUID.test(value) && isNamedNoOtherwise(match[0].slice(0, -value.length)),
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
  {
    id: 'assigned-key',
    description: 'Generated value given to a name that ends in key, such as abstract_key or billingKey',
    keywords: ['_key', '-key', 'key"', "key'", 'key=', 'key:', 'key ='],
    pattern: new RegExp(`[_-]?key${OPERATOR}${VALUE}`, 'i'),
    glued: 'any',
    context: true,
    confidence: 'low',
    judge: (value, match) => isKeyOfSecret(match) && isCertainlyGenerated(value) && !UUID.test(value),
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
];

function isNamedNoOtherwise(words: string): boolean {
  return !SAYS_OTHERWISE.test(words) && !NAMES_IDENTIFIER.test(words);
}
