import { expect, it } from 'vitest';
import { TEARDOWN } from './rules/cli-table.ts';
import lines from './test/line-samples.json' with { type: 'json' };
import { lineOf } from './test/sample-installation.ts';
import teardown from './test/teardown-samples.json' with { type: 'json' };

const CWD = '/home/maya/project';

it.each(Object.entries(lines))('a line that was shipped decides what it decided: %s', (line, command) => {
  expect(lineOf(command, CWD)).toBe(line);
});

it.each(Object.entries(teardown))(
  'each way to tear down with %s that was known is known still',
  (program, uses) => {
    const lost = uses.filter((use) => lineOf(`${program} ${use}`.trim(), CWD) !== 'cli-teardown');
    expect(lost).toEqual([]);
  },
);

it('has samples of every program in the table', () => {
  expect(Object.keys(teardown).sort()).toEqual(Object.keys(TEARDOWN).sort());
});
