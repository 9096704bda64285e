import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodedForms } from './encoded-forms.ts';
import { fingerprintSearch, fingerprintsOf } from './fingerprints.ts';
import { needleSearch } from './needle-search.ts';
import { acrossLineBreaks, type FindSpans, withoutSpans } from './span.ts';

const VALUE = 'p"a\\s/s+wörd & <37> characters !';
const OTHER = 'another-secret-of-28-bytes-x';
const key = randomBytes(32);

const byNeedles = acrossLineBreaks(
  needleSearch(
    Object.entries({ ONE: VALUE, TWO: OTHER }).flatMap(([name, value]) =>
      encodedForms(Buffer.from(value)).map((bytes) => ({ name, bytes })),
    ),
  ),
);
const byFingerprints = acrossLineBreaks(
  fingerprintSearch(
    Object.entries({ ONE: VALUE, TWO: OTHER }).map(([name, value]) => ({
      name,
      fingerprints: fingerprintsOf(Buffer.from(value), key),
    })),
    key,
  ),
);
const redacted = (find: FindSpans, text: string) => {
  const bytes = Buffer.from(text);
  return withoutSpans(bytes, find(bytes)).toString();
};

const json = (levels: number) => {
  let text = VALUE;
  for (let i = 0; i < levels; i += 1) text = JSON.stringify(text);
  return text;
};
const base64After = (before: string) => Buffer.from(`${before}${VALUE}~~~`).toString('base64');

describe.each([
  ['needles', byNeedles],
  ['fingerprints alone', byFingerprints],
])('an own secret, by %s', (_how, find) => {
  it.each([
    ['plain', VALUE],
    ['in a JSON string', json(1)],
    ['in JSON in JSON', json(2)],
    ['three levels deep', json(3)],
    ['in ASCII JSON', JSON.stringify(VALUE).replace('ö', '\\u00f6')],
    ['in ASCII JSON with large digits', JSON.stringify(VALUE).replace('ö', '\\u00F6')],
    ['with escaped slashes', JSON.stringify(VALUE).replace('/', '\\/')],
    ['in base64', base64After('')],
    ['in base64, moved by one', base64After('x')],
    ['in base64, moved by two', base64After('xy')],
    ['in base64url', Buffer.from(`abc${VALUE}`).toString('base64url')],
    ['in wrapped base64', base64After('x').replaceAll(/.{10}/g, '$&\n')],
    ['in hex', Buffer.from(VALUE).toString('hex')],
    ['in large hex', Buffer.from(VALUE).toString('hex').toUpperCase()],
    ['as a URI component', encodeURIComponent(VALUE)],
    ['as a form field', new URLSearchParams({ v: VALUE }).toString()],
    ['in small percent escapes', encodeURIComponent(VALUE).toLowerCase().replaceAll('&', '%26')],
    [
      'as Unicode escapes',
      Array.from(VALUE)
        .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    ],
    [
      'in HTML',
      VALUE.replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    ],
    ['backwards', Array.from(VALUE).reverse().join('')],
  ])('is found %s', (_encoding, form) => {
    const shown = redacted(find, `before ${form} after`);
    expect(shown).toContain('[REDACTED:ONE]');
    expect(shown).toMatch(/^before .* after$/s);
    expect(shown.length).toBeLessThan('before  after[REDACTED:ONE]'.length + 20);
  });

  it('is told from another, and from what is none', () => {
    expect(redacted(find, `${OTHER}${VALUE}${OTHER}`)).toBe('[REDACTED:TWO][REDACTED:ONE][REDACTED:TWO]');
    expect(redacted(find, VALUE.slice(1))).toBe(VALUE.slice(1));
    expect(redacted(find, VALUE.replace('w', 'W'))).toBe(VALUE.replace('w', 'W'));
    expect(find(randomBytes(1_000_000))).toEqual([]);
    expect(find(Buffer.from(''))).toEqual([]);
  });

  it('is found at the very start and end, and cut off', () => {
    expect(redacted(find, VALUE)).toBe('[REDACTED:ONE]');
    expect(redacted(find, `${VALUE.slice(0, -1)}`)).toBe(VALUE.slice(0, -1));
    expect(redacted(find, `xx${VALUE.slice(0, 20)}\n${VALUE.slice(20)}`)).toBe('xx[REDACTED:ONE]');
  });
});

it('finds each longer line of a secret of several lines', () => {
  const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nshort\n-----END KEY-----';
  const find = needleSearch(encodedForms(Buffer.from(pem)).map((bytes) => ({ name: 'PEM', bytes })));
  expect(redacted(find, pem)).toBe('[REDACTED:PEM]');
  expect(redacted(find, 'line: MIIEvQIBADANBgkqhkiG9w0BAQEFAASC')).toBe('line: [REDACTED:PEM]');
});

it('keeps nothing of the value in its fingerprints, and says nothing under another key', () => {
  const fingerprints = fingerprintsOf(Buffer.from(VALUE), key);
  expect(Buffer.from(fingerprints, 'base64url').includes(VALUE.slice(0, 6))).toBe(false);
  const wrong = fingerprintSearch([{ name: 'ONE', fingerprints }], randomBytes(32));
  expect(wrong(Buffer.from(VALUE))).toEqual([]);
});
