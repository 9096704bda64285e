import { expect, it } from 'vitest';
import { completeLock, missingOptionals } from './complete-lock.mjs';

const BIOME = { version: '2.6.8', optionalDependencies: { 'cli-linux': '2.6.8', 'cli-darwin': '^2.6.8' } };

it('enters an optional dependency that is missing, for no operating system', () => {
  const packages = { '': {}, 'node_modules/biome': BIOME, 'node_modules/cli-linux': { version: '2.6.8' } };
  expect(completeLock(packages)).toEqual({
    ...packages,
    'node_modules/biome/node_modules/cli-darwin': { version: '2.6.8', optional: true, os: ['none'] },
  });
});

it('takes no version for it that another package wanted', () => {
  const packages = {
    'node_modules/biome': BIOME,
    'node_modules/cli-linux': { version: '2.6.8' },
    'node_modules/cli-darwin': { version: '3.0.0' },
    'node_modules/a/node_modules/biome': { optionalDependencies: { 'cli-darwin': '2.0.0' } },
  };
  expect(completeLock(packages)).toEqual({
    ...packages,
    'node_modules/a/node_modules/biome/node_modules/cli-darwin': {
      version: '2.0.0',
      optional: true,
      os: ['none'],
    },
  });
});

it.each([
  ['node_modules/cli-darwin'],
  ['node_modules/a/node_modules/cli-darwin'],
  ['node_modules/a/node_modules/biome/node_modules/cli-darwin'],
])('finds one at %s', (path) => {
  const found = { version: '2.6.8' };
  const packages = {
    'node_modules/a/node_modules/biome': BIOME,
    'node_modules/cli-linux': found,
    [path]: found,
  };
  expect(missingOptionals(packages)).toEqual([]);
});
