import { expect, it } from 'vitest';
import { resolvePath } from './normalise.ts';

it.each([
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/.a/..b/c.', '/.a/..b/c.'],
  ['/a/...', '/a/...'],
  ['/a/', '/a'],
  ['/a//b', '/a/b'],
  ['//a', '/a'],
  ['/a/./b', '/a/b'],
  ['/a/.', '/a'],
  ['/a/../b', '/b'],
  ['/a/..', '/'],
  ['/../../a', '/a'],
  ['~/x/../y', '/home/maya/y'],
  ['~root/.ssh', '/root/.ssh'],
  ['C:\\a\\..\\b', '/C:/b'],
  ['file:///a/%2e%2e/b', '/b'],
  ['b/../c', '/work/c'],
  ['../../..', '/'],
])('%s, seen from /work, is %s', (path, resolved) => {
  expect(resolvePath('/work', path, '/home/maya')).toBe(resolved);
});

it('does not go above a working folder that nobody told', () => {
  expect(resolvePath('?', 'a/../../b', '/home/maya')).toBe('?/../b');
});
