import { expect, it } from 'vitest';
import { reverse } from './reverse.ts';

it.each([
  ['nothing', ''],
  ['ASCII', 'abc'],
  ['Latin letters', 'grün & ÿ'],
  ['signs beyond Latin', 'a€b'],
  ['both halves of a pair', 'a😀'],
  ['a long text', `${'ab'.repeat(5000)}c`],
  ['a long text with a sign in it', `${'ab'.repeat(2000)}€`],
])('turns %s round unit by unit', (_what, text) => {
  const backwards = reverse(text);
  expect(backwards).toBe(
    Array.from({ length: text.length }, (_none, at) => text.charAt(text.length - 1 - at)).join(''),
  );
  expect(reverse(backwards)).toBe(text);
});
