import { expect, it } from 'vitest';
import { returnPath } from './return-path.ts';

const PUBLIC_URL = 'http://localhost:8080';

it.each([
  ['/oauth/authorize?client_id=a&state=b%20c', '/oauth/authorize?client_id=a&state=b%20c'],
  ['/admin/../login', '/login'],
  ['/a#fragment', '/a'],
  ['/?next=https://evil.example', '/?next=https://evil.example'],
])('goes on to %s', (asked, path) => {
  expect(returnPath(asked, PUBLIC_URL)).toBe(path);
});

it.each([
  undefined,
  null,
  7,
  ['/a', '/b'],
  '',
  'login',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  'javascript:alert(1)',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  'http://localhost:8080@evil.example',
  'http:evil.example',
  `/${'a'.repeat(5000)}`,
])('goes nowhere else: %j', (asked) => {
  expect(returnPath(asked, PUBLIC_URL)).toBe('/login');
});
