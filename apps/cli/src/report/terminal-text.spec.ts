import { expect, it } from 'vitest';
import { escapeUnsafe, isUnsafe, terminalLines, terminalText } from './terminal-text.ts';

it.each([
  ['a clearing of the screen', '\u001b[2J', '\\u{1b}[2J'],
  ['a title change', '\u001b]0;root\u0007', '\\u{1b}]0;root\\u{7}'],
  ['a C1 control sequence', '\u009b31m', '\\u{9b}31m'],
  ['a carriage return', 'deny\rallow', 'deny\\u{d}allow'],
  ['a backspace', 'deny\b\b\b\ballow', 'deny\\u{8}\\u{8}\\u{8}\\u{8}allow'],
  ['reversed reading order', 'a\u202eb', 'a\\u{202e}b'],
  ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
  ['a hidden tag', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['line breaks and tabs', 'a\nb\tc', 'a\\nb\\tc'],
])('shows %s instead of doing it', (_, text, shown) => {
  expect(terminalText(text)).toBe(shown);
  expect(isUnsafe(text)).toBe(true);
});

it('leaves ordinary text of any script alone', () => {
  const text = 'Zürich, Ωmega, 日本語, 🙂 "quoted" \\ back';
  expect(terminalText(text)).toBe(text);
  expect(isUnsafe(text)).toBe(false);
});

it('keeps the lines of text that is laid out', () => {
  expect(terminalLines('a\nb\u001b')).toBe('a\nb\\u{1b}');
});

it.each(['\u009b', '\u202e', '\u{e0041}', '\u007f', '\ud800'])(
  'escapes %j in JSON to the same value',
  (character) => {
    const json = escapeUnsafe(JSON.stringify({ a: `x${character}y` }, null, 2));
    expect(isUnsafe(json.replaceAll('\n', ''))).toBe(false);
    expect(JSON.parse(json)).toEqual({ a: `x${character}y` });
  },
);
