import { describe, expect, it } from 'vitest';
import { describeProblem } from '../problem/configuration-problem.ts';
import { parseYaml } from './yaml-document.ts';

function told(text: string | Uint8Array): string[] {
  const parsed = parseYaml('f.yaml', typeof text === 'string' ? Buffer.from(text) : text);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

describe('parseYaml', () => {
  it.each<[string, string | Uint8Array, string[]]>([
    ['bytes that are no UTF-8', Uint8Array.of(0x61, 0x3a, 0x20, 0xff), ['f.yaml:1:1: is not valid UTF-8']],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', ['f.yaml:3:1: a: is given twice (expected each key once)']],
    [
      'a duplicate key spelt in another way',
      'a: {b: 1, "\\x62": 2}',
      ['f.yaml:1:11: a.b: is given twice (expected each key once)'],
    ],
    [
      'an anchor and its alias',
      'a: &x [1]\nb: *x\n',
      [
        'f.yaml:1:7: a: has an anchor (expected the value written out where it is used)',
        'f.yaml:2:4: b: is an alias (expected the value written out)',
      ],
    ],
    [
      'a merge key',
      'a: {b: 1}\nc:\n  <<: {b: 2}\n',
      ['f.yaml:3:3: c: has a merge key (expected the keys written out)'],
    ],
    ['a tag', 'a: !!str 1\n', ['f.yaml:1:10: a: has a tag (expected a plain value)']],
    [
      'a key that is a number',
      '8080: x\n',
      ['f.yaml:1:1: has a key that is no text (expected text as a key: put it in quotes)'],
    ],
    [
      'a key that is a list',
      '? [a]\n: b\n',
      ['f.yaml:1:3: has a key that is no text (expected text as a key: put it in quotes)'],
    ],
    [
      'the prototype key',
      '__proto__: {admin: true}\n',
      ['f.yaml:1:1: has the key __proto__, which is reserved'],
    ],
    ['not a number', 'a: .nan', ['f.yaml:1:4: a: is not a finite number (expected a finite number)']],
    [
      'several documents',
      'a: 1\n---\nb: 2\n',
      ['f.yaml:2:1: holds more than one document (expected one document a file)'],
    ],
    [
      'a directive',
      '%YAML 1.1\n---\na: yes\n',
      ['f.yaml:1:1: has a YAML directive (expected a file without % directives)'],
    ],
  ])('refuses %s', (_name, text, problems) => {
    expect(told(text)).toEqual(problems);
  });

  it('tells where the syntax breaks', () => {
    expect(told('a:\n  b: [1, 2\nc: 3\n')[0]).toMatch(/^f\.yaml:3:1: is not valid YAML: /);
    expect(told('a: "x\\q"\n')[0]).toMatch(/^f\.yaml:1:6: is not valid YAML: Invalid escape/);
    expect(told('a: 1\n\tb: 2\n')[0]).toMatch(/^f\.yaml:2:\d+: is not valid YAML: /);
  });

  it.each(['[', '{a: ', '- '])('survives ten thousand times %j and says little about it', (opening) => {
    const problems = told(opening.repeat(10_000));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(21);
  });

  it('reads words that older YAML took for booleans as text', () => {
    const parsed = parseYaml('f.yaml', Buffer.from('\ufeffon: yes\r\nno: off\r\nt: true\r\n'));
    expect(parsed.ok && parsed.document.value).toEqual({ on: 'yes', no: 'off', t: true });
  });

  it('knows the place of keys, values and list items, in Windows files too', () => {
    const parsed = parseYaml('f.yaml', Buffer.from('a:\r\n  b:\r\n    - x\r\n    - {c: 1}\r\nd:\r\n'));
    if (!parsed.ok) throw new Error('not parsed');
    const { document } = parsed;
    expect(document.placeOf(['a', 'b'], 'key')).toEqual({ line: 2, column: 3 });
    expect(document.placeOf(['a', 'b', 1, 'c'], 'value')).toEqual({ line: 4, column: 11 });
    expect(document.placeOf(['a', 'b', 0], 'value')).toEqual({ line: 3, column: 7 });
    expect(document.placeOf(['d'], 'value')).toEqual({ line: 5, column: 1 });
    expect(document.placeOf(['a', 'missing'], 'key')).toEqual({ line: 2, column: 3 });
  });
});
