import { describe, expect, it } from 'vitest';
import { checkThreats } from './check-threats.ts';

const PROMISES = Array.from(
  { length: 30 },
  (_, i) => `**T${i + 1}. Something.** It holds. \`t${two(i + 1)}-it\``,
);

describe('the check of threats', () => {
  it('accepts a chapter with a promise and its attacks for each', () => {
    expect(messages(PROMISES)).toEqual([]);
  });

  it('finds a threat without a promise', () => {
    expect(messages(PROMISES.toSpliced(6, 1, '`t07-it`'))).toEqual(['has no promise about T7']);
  });

  it('finds attacks that no promise names', () => {
    expect(messages(PROMISES, ['t07-also'])).toEqual(['does not name the attacks of t07-also']);
  });

  it('finds a name that no attack has', () => {
    expect(messages([...PROMISES, 'and `t07-gone`'])).toEqual([
      'names t07-gone, which is no spec of apps/server/test/attacks',
    ]);
  });
});

function messages(lines: readonly string[], more: readonly string[] = []): string[] {
  const specs = Array.from({ length: 30 }, (_, i) => `t${two(i + 1)}-it`);
  return checkThreats({ chapter: lines.join('\n'), specs: [...specs, ...more] }).map(
    ({ message }) => message,
  );
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
