import { deflateSync, gzipSync } from 'node:zlib';
import type { JsonValue } from '@gatehouse/kernel';

/** Has something for each encoding to do. */
export const VALUE = 'own "secret" \\ of s/s+wörd & <4815162342> some length';

/** A secret as it may turn up, and what of that nobody is to see. */
export interface SecretForm {
  readonly name: string;
  readonly value: JsonValue;
  readonly parts: readonly string[];
}

const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const base64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');
const hex = (text: string | Buffer): string => Buffer.from(text as string).toString('hex');
const each = (text: string, form: (unit: string) => string): string => Array.from(text, form).join('');
const fourDigits = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** The encodings of the documentation, which a warden knows. */
const LISTED: readonly (readonly [string, string])[] = [
  ['plain', VALUE],
  ['in a JSON string', json(VALUE)],
  ['two JSON strings deep', json(json(VALUE))],
  ['three JSON strings deep', json(json(json(VALUE)))],
  ['in ASCII JSON', json(VALUE).replace('ö', '\\u00f6')],
  ['in JSON with escaped slashes', json(VALUE).replaceAll('/', '\\/')],
  ['every character as a Unicode escape', each(VALUE, (unit) => `\\u${fourDigits(unit)}`)],
  ['base64', base64(VALUE)],
  ['base64, moved by one', base64(`x${VALUE}`)],
  ['base64, moved by two', base64(`xy${VALUE}`)],
  ['base64, wrapped', base64(VALUE).replaceAll(/.{20}/g, '$&\n')],
  ['base64url', Buffer.from(`?>${VALUE}`).toString('base64url')],
  ['hexadecimal digits', hex(VALUE)],
  ['large hexadecimal digits', hex(VALUE).toUpperCase()],
  ['percent-encoding', encodeURIComponent(VALUE)],
  ['percent-encoding of every byte', percent(VALUE)],
  ['a form', new URLSearchParams([['v', VALUE]]).toString().slice(2)],
  ['HTML', html(VALUE)],
  ['backwards', Array.from(VALUE).reverse().join('')],
];

/** The further ones, which the scanner reads through. */
const HIDDEN: readonly (readonly [string, string])[] = [
  ['gzip in base64', base64(gzipSync(`say: ${VALUE}`))],
  ['gzip in hexadecimal digits', hex(gzipSync(`say: ${VALUE}`))],
  ['deflate in base64', base64(deflateSync(`say: ${VALUE}`))],
  ['zero-width characters', each(VALUE, (unit) => `${unit}\u200b`)],
  ['bidirectional characters', each(VALUE, (unit) => `${unit}\u2066`)],
  ['look-alike letters', VALUE.replaceAll('o', 'о').replaceAll('e', 'е')],
  ['full-width letters', VALUE.replaceAll(/[a-z]/g, (a) => String.fromCharCode(a.charCodeAt(0) + 0xfee0))],
  ['some characters in percent escapes', VALUE.replaceAll('e', '%65')],
  ['some characters as numbers of HTML', VALUE.replaceAll('e', '&#101;')],
  ['three layers', base64(hex(base64(VALUE)))],
  ['gzip in base64 in base64', base64(base64(gzipSync(`say: ${VALUE}`)))],
];

const [HEAD, TAIL] = [VALUE.slice(0, 20), VALUE.slice(20)] as const;

/** A form that is one text. */
export interface SecretText extends SecretForm {
  readonly value: string;
}

export const SECRET_TEXTS: readonly SecretText[] = [...LISTED, ...HIDDEN].map(([name, value]) => ({
  name,
  value,
  parts: [value],
}));

export const SECRET_FORMS: readonly SecretForm[] = [
  ...SECRET_TEXTS,
  { name: 'split over fields', value: { first: HEAD, second: TAIL }, parts: [HEAD, TAIL] },
  { name: 'split over items', value: ['x', HEAD, TAIL, 'y'], parts: [HEAD, TAIL] },
];

/** Whether a text that may be JSON, or JSON in JSON, shows what it must not. */
export function shows(text: string, { parts }: SecretForm): boolean {
  return parts.some((part) => [part, json(part), json(json(part))].some((form) => text.includes(form)));
}
