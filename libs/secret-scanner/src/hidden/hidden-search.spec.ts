import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBody, aChecksummedToken } from '../../test/a-token.ts';
import { createScanner } from '../create-scanner.ts';

const scanner = createScanner();
const token = aChecksummedToken('ghp_');
const line = `export GITHUB_TOKEN=${token} # for the release`;

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');
const each = (text: string, write: (code: number) => string) =>
  Array.from(text, (c) => write(c.charCodeAt(0))).join('');
const twoDigits = (code: number) => code.toString(16).padStart(2, '0');

const disguises: [string, (text: string) => string, string][] = [
  ['base64', base64, 'base64'],
  ['base64 in lines of 76', (text) => base64(text.repeat(3)).replaceAll(/.{76}/g, '$&\r\n'), 'base64'],
  ['base64url', (text) => Buffer.from(`${text}?~?~`).toString('base64url'), 'base64url'],
  ['hexadecimal digits', hex, 'hex'],
  ['hexadecimal bytes', (text) => each(text, (code) => ` ${twoDigits(code)}`), 'hex'],
  ['percent-encoding', (text) => each(text, (code) => `%${twoDigits(code)}`), 'percent'],
  ['Unicode escapes', (text) => each(text, (code) => `\\u00${twoDigits(code)}`), 'escapes'],
  ['hexadecimal escapes', (text) => each(text, (code) => `\\x${twoDigits(code)}`), 'escapes'],
  ['character references', (text) => each(text, (code) => `&#${code};`), 'escapes'],
  ['gzip', (text) => gzipSync(text).toString('latin1'), 'gzip'],
  ['gzip in base64', (text) => base64(gzipSync(text)), 'base64>gzip'],
  ['zlib in base64', (text) => base64(deflateSync(text)), 'base64>deflate'],
  ['raw deflate in base64', (text) => base64(deflateRawSync(text)), 'base64>deflate'],
  ['zero-width spaces', (text) => Array.from(text).join('\u200b'), 'invisible'],
  ['a soft hyphen', (text) => text.replace('ghp_', 'gh\u00adp_'), 'invisible'],
  ['Cyrillic letters', (text) => text.replace('ghp_', 'ghр_'), 'look-alike'],
  [
    'full-width letters',
    (text) => each(text, (code) => (code > 32 ? String.fromCharCode(code + 0xfee0) : ' ')),
    'look-alike',
  ],
  ['backwards', (text) => Array.from(text).reverse().join(''), 'reversed'],
  ['base64 of base64 of base64', (text) => base64(base64(base64(text))), 'base64>base64>base64'],
  ['base64 of hexadecimal digits', (text) => base64(hex(text)), 'base64>hex'],
];

describe('a hidden credential', () => {
  it.each(disguises)('is found and redacted: %s', (_name, disguise, encoding) => {
    const value = { note: `run ${disguise(line)} now`, whole: disguise(line) };
    const { findings } = scanner.scan({ whole: disguise(line) });
    expect(findings.map((finding) => [finding.rule, finding.path, finding.encoding])).toEqual([
      ['github-personal-access-token', '$.whole', encoding],
    ]);
    const redacted = scanner.redact(value).value;
    expect(scanner.scan(redacted).findings).toEqual([]);
    expect(JSON.stringify(redacted)).toContain('[REDACTED:github-personal-access-token]');
  });

  it('keeps what stands around it', () => {
    expect(scanner.redactText(`a %20 b ${each(token, (code) => `%${twoDigits(code)}`)} c`).text).toBe(
      'a %20 b [REDACTED:github-personal-access-token] c',
    );
  });

  it('is not looked for four layers deep', () => {
    expect(scanner.scanText(base64(base64(base64(base64(line)))))).toEqual([]);
  });

  it('is not seen in what is none: hashes, images, identifiers', () => {
    for (let seed = 1; seed < 200; seed += 1) {
      const value = [aBody(64, 'hex', seed), aBody(400, 'base64', seed), aBody(43, 'base64url', seed)];
      expect(scanner.scan(value).findings).toEqual([]);
    }
  });

  it('costs no more than its budget: a bomb ends the scan, and says so', () => {
    const bomb = base64(gzipSync(`${base64(`${'a'.repeat(60)}\n`.repeat(3000))}\n`));
    const before = process.cpuUsage();
    const { exhausted } = scanner.scan(Array.from({ length: 400 }, () => bomb));
    expect(exhausted).toBe(true);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
  });

  it('never makes the scanner throw', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String({ minLength: 20 }),
      fc.constantFrom(
        '%',
        '\\u',
        '\\x4',
        '&#',
        '%zz',
        '\u001f\u008b',
        'x\u009c',
        '\\u{110000}',
        '&#9999999;',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(scanner.scanText(scanner.redactText(text).text)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
