import { expect, it } from 'vitest';
import { usersText } from './users-text.ts';

it.each([
  ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['Silva, Ana', '"Silva, Ana"'],
  ['Ana', 'Ana'],
  [null, ''],
])('writes the name %j into a spreadsheet as %s', (name, written) => {
  const [, line] = usersText([{ id: '1', email: 'a@b', display_name: name }], 'csv').split('\r\n');
  expect(line).toBe(`1,a@b,${written},,,,,`);
});

it('writes one user a line', () => {
  expect(usersText([{ id: '1' }, { id: '2' }], 'ndjson')).toBe('{"id":"1"}\n{"id":"2"}\n');
});
