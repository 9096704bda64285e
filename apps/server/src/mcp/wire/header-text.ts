const BASE64 = /^=\?base64\?(.*)\?=$/s;
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a header of revision 2026-07-28 says: itself, or text in Base64 (SEP-2243). Undefined for Base64 that is none. */
export function headerText(value: string): string | undefined {
  const encoded = BASE64.exec(value)?.[1];
  if (encoded === undefined) return value;
  if (!CANONICAL.test(encoded)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}
