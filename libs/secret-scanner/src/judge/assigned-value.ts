import { compositionOf } from './composition.ts';
import { shannonEntropy } from './entropy.ts';
import { isPlaceholder } from './placeholder.ts';

const WORDS_OF_EXAMPLES =
  /example|placeholder|change[_-]?(?:me|this|it)|your[_-]?|dummy|sample|redacted|insert|replace|todo|fixme|undefined|null|none|default|optional|required|enter[_-]|here$|^my[_-]?|foo|bar(?:baz)?|lorem|deadbeef|abc123|abcdef|123456|fake|mock|hidden|masked|censored|p[a4@][s5$]{2}w[o0]rd(?:$|[^0-9A-Za-z])|^pass(?:word|wd)?$|^secret[-_]?[0-9]{0,4}$|^token$/i;

/** Values that refer to a secret kept elsewhere: `${X}`, `$X`, `%X%`, `{{ x }}`, `<x>`, `@x@`, `env:X`, `vault:x`. */
const REFERENCE =
  /^(?:\$[A-Za-z_(]|\$\{[^{}]{0,80}\}|%[A-Za-z_]{1,64}%?$|%[sdv@]|\{\{[^{}]{0,80}\}\}|\{[\w .:-]{0,60}\}|\{%|<|@[A-Z_]{1,64}@|#\{|\[REDACTED:[a-z0-9-]{1,64}\]$|\[|env[:.(]|vault:|ssm:|secretsmanager:|arn:|file:|[a-z][a-z0-9+.-]{1,20}:\/\/|op:\/\/|keychain:|process\.|os\.|self\.|this\.|props\.|config\.|settings\.|options\.|args\.|params\.|req\.|ctx\.|var\.|local\.|data\.|module\.|secrets\.|sops|ENC\[|\.{1,2}\/|\/|~\/|--)/i;

/** What is written in code and in prose but in no credential: calls, members, paths, types, file names. */
const CODE =
  /^[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){1,8}$|\w\([^)]{0,80}\)|=>|^!{1,2}[a-z]|\w\[[0-9a-z]{1,16}\]|\[[A-Za-z0-9]-[A-Za-z0-9]|\$\{[\w.:-]{0,60}\}|^[A-Z][A-Z0-9]{0,31}(?:_[A-Z0-9]{1,32}){1,8}$|&&|\|\||\.(?:js|ts|json|ya?ml|pem|key|txt|md|html?|css|py|go|java|php|env|svg|png)$|^(?:[Uu]?[Ii]nt|[Ff]loat|[Bb]ig(?:[Uu]?[Ii]nt)?)[0-9]{1,3}(?:Array)?\b|^(?:true|false|string|number|boolean|object|function|async|await|return|typeof|new|void)\b/;

/** In what stands without quotes, a parenthesis is code in any case. */
const BARE_CODE = /[()[\]]/;

/** Hashes and versions with a name of their own. */
const NAMED_HASH =
  /^(?:sha(?:1|224|256|384|512)|md5|blake2b|integrity)[-:=$]|^urn:|-v?[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}$|^v?[0-9]{1,4}(?:\.[0-9]{1,4}){2}/i;

/** Words and short numbers joined by hyphens: a name, a title. */
const JOINED_WORDS = /^(?:[a-z]{2,16}|[0-9]{1,2})(?:[-_](?:[a-z]{2,16}|[0-9]{1,2})){1,8}$/;

/** Whether a value that a name such as `password` is given is likely one, and not a reference, a word or code. */
export function isLikelyPassword(value: string, quoted: boolean): boolean {
  if (value.length < (quoted ? 6 : 8)) return false;
  const { digits, letters, specials } = compositionOf(value);
  if (digits === 0 && specials === 0) return false;
  if (!quoted && (digits === 0 || letters === 0)) return false;
  if ((letters === 0 && value.length < 10) || startsOver(value) || shannonEntropy(value) < 2.3) return false;
  return !(!quoted && BARE_CODE.test(value)) && !isReferenceOrPlaceholder(value) && !JOINED_WORDS.test(value);
}

/** Whether a likely password that only follows its name in a sentence is one: in quotes, or of all kinds of characters. */
export function isPasswordInProse(value: string, quoted: boolean): boolean {
  const { digits, letters, changes } = compositionOf(value);
  if (quoted) return digits > 0 && letters > 0;
  return changes >= 2 && digits >= 2 && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

/** Whether a value that a name such as `api_key` or `token` is given was made by a generator. */
export function isLikelyGenerated(value: string, minEntropy = 3, quoted = false): boolean {
  if (value.length < 10 || startsOver(value)) return false;
  const { digits, letters, joints } = compositionOf(value);
  // Words joined by hyphens, dots or slashes carry few digits for their length.
  const isWordy = digits < 2 || (joints > 0 && digits * 12 < value.length);
  if (letters < 2 || (isWordy && !isStrewn(value))) return false;
  if (shannonEntropy(value) < (value.length >= 24 ? minEntropy + 0.3 : minEntropy)) return false;
  return !(!quoted && BARE_CODE.test(value)) && !isReferenceOrPlaceholder(value);
}

/**
 * Whether a value is one that nobody writes by hand, so that a weak name or a sentence around it is enough: letters and
 * digits that change places all the time, at least sixteen of them.
 */
export function isCertainlyGenerated(value: string): boolean {
  if (value.length < 16 || value.length > 512) return false;
  const { changes, hex } = compositionOf(value);
  if (hex === value.length) {
    if (value.length < 32 || (/[a-f]/.test(value) && /[A-F]/.test(value))) return false;
  } else if (changes < 4 || shannonEntropy(value) < 3.4) return false;
  return isLikelyGenerated(value);
}

/**
 * Whether a value is generated beyond doubt, with no name to say so: thirty-two characters at least, or twenty of
 * both cases, that are no hexadecimal digest and change between letters and digits all the time.
 */
export function isUnmistakable(value: string): boolean {
  const { changes, hex } = compositionOf(value);
  if (hex === value.length || changes * 6 < value.length) return false;
  const isOfBothCases = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return (isOfBothCases || value.length >= 32) && isCertainlyGenerated(value);
}

/** Whether special characters stand all over a value, as a password generator puts them. */
function isStrewn(value: string): boolean {
  if (value.length < 16) return false;
  const special = new Set(value.match(/[!@#$%^&*+?~=<>()[\]{}|;]/g));
  return special.size >= 5 && shannonEntropy(value) >= 3.8;
}

/** Whether the first eight characters of a value come again: what is repeated was not made by a generator. */
function startsOver(value: string): boolean {
  return value.length >= 16 && value.indexOf(value.slice(0, 8), 1) !== -1;
}

function isReferenceOrPlaceholder(value: string): boolean {
  return (
    REFERENCE.test(value) ||
    isPlaceholder(value) ||
    CODE.test(value) ||
    NAMED_HASH.test(value) ||
    WORDS_OF_EXAMPLES.test(value)
  );
}
