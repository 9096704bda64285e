const NOT_OF_A_SECRET =
  /(?:ids?|ur[il]s?|names?|path|file|dir|type|kind|count|counts|length|size|limit|field|label|hint|expir\w{0,8}|ttl|version|algorithm|issuer|endpoint|host|vault|store\w{0,12}|manager|provider|header|prefix|status|policy|enabled|required|regex|pattern|format|hash|arn|ref|selector|index|indexes|indices|pos|position|usage|budget|token(?:iz|is)\w{1,12}|\.(?:[cm]?[jt]sx?|json|md|py|go|java|rb|rs|php|cs|ya?ml|html?|css|txt|map))$/i;
const PUBLIC =
  /(?:public|publishable|csrf|xsrf|authenticity|next|continuation|page|paging|pagination|cursor|sync|resume|design|lexer|parser|client_?request|idempotency|jsonweb|max|min|input|output|total|prompt|completion|syntax|cache)[_-]?$/i;
/** A name and a value with nothing but a space, a dash or `is` between: an assignment only after a flag, as in `--password x`. */
const PROSE = /^[\w.-]{1,40}(?: {1,4}|[\])]\s{1,4})[^\s=:>]/;
const KEY_OF_DATA =
  /(?:primary|foreign|sort|partition|range|hash|cache|object|map|dict|row|column|item|list|react|translation|i18n|lang|locale|message|lookup|query|group|index|unique|route|storage|s3|file|hot|short(?:cut)?|arrow|node|tree|field|data|entity|record|event|state|store|registry|host|fingerprint|integrity|commit|content|module|chunk|asset|package|build|test|websocket|mon|don|tur|whis|jo|hoc)[_-]?$/i;
/** The token of a badge lets anybody see the badge. */
const BADGE = /\.svg\?$/;
const NAME_BEFORE = /[\w.-]{1,40}$/;
const NAME_AT_START = /^[\w .-]{1,80}/;

/**
 * Whether the whole name that a match begins in names a secret, and not what only goes with one: `tokenId`,
 * `secretName`, `publicToken`, `nextPageToken`.
 */
export function isNameOfSecret(match: RegExpExecArray): boolean {
  const name = (NAME_AT_START.exec(match[0])?.[0] ?? '').trim();
  return !PUBLIC.test(nameBefore(match)) && !NOT_OF_A_SECRET.test(name) && !BADGE.test(textBefore(match));
}

/** Whether a name that ends in `key` names one that opens something, and not one of a table, a map or a list. */
export function isKeyOfSecret(match: RegExpExecArray): boolean {
  const before = nameBefore(match);
  return before !== '' && !KEY_OF_DATA.test(before) && !PUBLIC.test(before);
}

/** Whether name and value only follow one another, as words of a sentence do. */
export function isProse(match: RegExpExecArray): boolean {
  return PROSE.test(match[0]) && !nameBefore(match).includes('-');
}

/** Whether a sentence's value stands in the line of its name: the next line is another matter. */
export function isOnOneLine(match: RegExpExecArray): boolean {
  return !/[\n\r]|\\[nr]/.test(match[0]);
}

/** What of the name stands before the match. */
export function nameBefore(match: RegExpExecArray): string {
  return NAME_BEFORE.exec(textBefore(match))?.[0] ?? '';
}

function textBefore({ input, index }: RegExpExecArray): string {
  return input.slice(Math.max(0, index - 40), index);
}
