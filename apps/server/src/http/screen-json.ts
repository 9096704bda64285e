/**
 * What a terminal, a browser or a reader's eye takes for something else than text: control characters that JSON lets
 * stand (DEL and C1, among them CSI), invisible and direction-changing ones, line separators, and what opens markup.
 */
const DECEPTIVE = /[<>&\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Anything but printable ASCII without `<`, `>` and `&`: only such text needs the closer look. */
const UNUSUAL = /[^ -%'-;=?-~]/;

/**
 * The value as JSON that can be put before a person: hostile text in it is escaped (threat T25), and it parses to the
 * same value.
 */
export function screenJson(value: unknown): string {
  const json = JSON.stringify(value);
  return UNUSUAL.test(json) ? json.replace(DECEPTIVE, escaped) : json;
}

function escaped(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    result += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return result;
}
