const NOT_OF_A_SECRET =
  /(?:ids?|ur[il]s?|names?|path|file|dir|type|kind|count|counts|length|size|limit|field|label|hint|expir\w{0,8}|ttl|version|algorithm|issuer|endpoint|host|vault|store\w{0,12}|manager|provider|header|prefix|status|policy|enabled|required|regex|pattern|format|hash|arn|ref|selector|index|indexes|indices|pos|position|usage|budget|token(?:iz|is)\w{1,12}|\.(?:[cm]?[jt]sx?|json|md|py|go|java|rb|rs|php|cs|ya?ml|html?|css|txt|map))$/i;
const PUBLIC =
  /(?:public|publishable|csrf|xsrf|next|continuation|page|paging|pagination|cursor|sync|resume|design|lexer|parser|client_?request|idempotency|jsonweb|max|min|input|output|total|prompt|completion|syntax|cache)[_-]?$/i;
/** A name and a value with nothing but a space between: an assignment only after a flag, as in `--password x`. */
const PROSE = /^[\w.-]{1,40}(?: {1,4}|[\])]\s{1,4})[^\s=:>]/;
const NAME_BEFORE = /[\w.-]{1,40}$/;
const NAME_AT_START = /^[\w .-]{1,80}/;

/**
 * Whether the whole name that a match begins in names a secret, and not what only goes with one: `tokenId`,
 * `secretName`, `publicToken`, `nextPageToken`.
 */
export function isNameOfSecret(match: RegExpExecArray): boolean {
  const before = NAME_BEFORE.exec(match.input.slice(Math.max(0, match.index - 40), match.index))?.[0] ?? '';
  if (PROSE.test(match[0]) && !before.includes('-')) return false;
  const name = (NAME_AT_START.exec(match[0])?.[0] ?? '').trim();
  return !PUBLIC.test(before) && !NOT_OF_A_SECRET.test(name);
}
