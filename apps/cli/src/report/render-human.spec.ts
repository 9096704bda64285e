import { expect, it } from 'vitest';
import { renderHuman } from './render-human.ts';
import { cardReport, tableReport } from './report.ts';

const PIPE = { colour: false, width: null };
const users = (name: string) =>
  tableReport({
    title: 'Users',
    key: 'users',
    columns: ['id', 'name'],
    rows: [{ id: 'a', name, hidden: 'no' }],
  });

it('draws a grid of the columns that a person sees', () => {
  expect(renderHuman(users('Maya'), PIPE)).toBe(
    'Users\n┌────┬──────┐\n│ id │ name │\n├────┼──────┤\n│ a  │ Maya │\n└────┴──────┘\n',
  );
});

it('says so when there is nothing', () => {
  const report = tableReport({ title: 'Users', key: 'users', columns: ['id'], rows: [], empty: 'No users.' });
  expect(renderHuman(report, PIPE)).toBe('Users\nNo users.\n');
});

it.each(['\u001b[2Jx', 'a\r│ admin', '\u202eevil', 'a\nb'])(
  'lets %j neither act nor break the grid',
  (name) => {
    const text = renderHuman(users(name), PIPE);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split('\n')).toHaveLength(7);
  },
);

it('shows nothing, lists and objects in a word', () => {
  const card = cardReport('Card', { none: null, empty: [], list: ['a', 'b'], object: { a: 1 }, yes: true });
  expect(renderHuman(card, PIPE)).toBe(
    'Card\nnone    -\nempty   -\nlist    a, b\nobject  {"a":1}\nyes     true\n',
  );
});

it('fits a narrow screen', () => {
  const text = renderHuman(users('x'.repeat(300)), { colour: false, width: 60 });
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});

it('is bold only where there is colour', () => {
  expect(renderHuman(users('Maya'), PIPE)).not.toContain('\u001b');
  expect(renderHuman(users('Maya'), { colour: true, width: 80 })).toContain('\u001b[1m');
});
