import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineRedactor } from './redact-lines.ts';

const VALUE = 'p"a\\s/s+wörd & 31 characters !!';
const redactor = lineRedactor([{ name: 'ONE', redact: true, value: Buffer.from(VALUE) }]);
const through = (line: string): string => redactor.message(Buffer.from(line)).toString();
const message = (result: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result });

describe('a message of a tool', () => {
  it.each([
    ['in a string', { text: `the token ${VALUE}.` }, { text: 'the token [REDACTED:ONE].' }],
    ['in a key', { [VALUE]: 1, other: 2 }, { '[REDACTED:ONE]': 1, other: 2 }],
    [
      'in two keys',
      { [`a${VALUE}`]: 1, 'a[REDACTED:ONE]': 2 },
      { 'a[REDACTED:ONE]': 1, 'a[REDACTED:ONE]~': 2 },
    ],
    ['in a list', [1, [VALUE]], [1, ['[REDACTED:ONE]']]],
    [
      'in JSON in a string',
      { text: JSON.stringify({ env: { A: VALUE }, n: 1 }) },
      { text: '{"env":{"A":"[REDACTED:ONE]"},"n":1}' },
    ],
    [
      'in JSON in JSON in a string',
      { text: JSON.stringify({ inner: JSON.stringify([VALUE]) }) },
      { text: '{"inner":"[\\"[REDACTED:ONE]\\"]"}' },
    ],
    ['in base64', Buffer.from(`x${VALUE}`).toString('base64'), expect.stringContaining('[REDACTED:ONE]')],
  ])('loses an own secret %s', (_where, result, shown) => {
    expect(JSON.parse(through(message(result)))).toEqual({ jsonrpc: '2.0', id: 1, result: shown });
  });

  it('loses it whatever escapes it was written with', () => {
    const escaped = Array.from(VALUE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const mixed = Array.from(VALUE, (c, i) => (i % 2 === 0 ? escaped[i]! : JSON.stringify(c).slice(1, -1)));
    for (const text of [escaped, mixed]) {
      expect(through(`{"jsonrpc":"2.0","id":1,"result":"${text.join('')}"}`)).toBe(message('[REDACTED:ONE]'));
    }
    const inner = JSON.stringify(`["${mixed.join('')}"]`);
    expect(through(`{"result":${inner}}`)).toBe(JSON.stringify({ result: '["[REDACTED:ONE]"]' }));
  });

  it('is passed on byte for byte where there is none', () => {
    for (const line of [
      message({ text: 'nothing here' }),
      '{ "n" : 1.0, "t": "a\\n\\u0041" }',
      '{"a":1,"a":2}',
    ]) {
      expect(through(line)).toBe(line);
    }
  });

  it('that is none is redacted as text', () => {
    expect(through(`garbage ${VALUE}`)).toBe('garbage [REDACTED:ONE]');
    expect(through(`${'['.repeat(500)}"${VALUE.replaceAll(/["\\]/g, '\\$&')}"`)).toContain('[REDACTED:ONE]');
  });

  it('never holds a value after it, wherever the value stood', () => {
    const digits = '48151623421081516';
    const numbers = lineRedactor([{ name: 'N', redact: true, value: Buffer.from(digits) }]);
    expect(numbers.message(Buffer.from(`{"n":${digits}}`)).toString()).not.toContain(digits);
    const json = fc.jsonValue().map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(json, fc.nat(), (text, at) => {
        const whole = JSON.stringify({ text: text.slice(0, at) + VALUE + text.slice(at) });
        expect(JSON.parse(through(whole)).text).not.toContain(VALUE);
      }),
    );
  });
});
