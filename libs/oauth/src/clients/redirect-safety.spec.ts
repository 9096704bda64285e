import { describe, expect, it } from 'vitest';
import { hashOf } from '../records/hash-of.ts';
import { isLoopback, isSafeRedirect, redirectHost } from './redirect-safety.ts';

describe('a redirect address', () => {
  it.each([
    'https://app.example.test/callback',
    'http://127.0.0.1:5173/callback',
    'http://localhost:33418/',
    'http://[::1]:8400/cb',
    'cursor://oauth/callback',
    'com.example.app:/callback',
  ])('may be %s', (url) => {
    expect(isSafeRedirect(url)).toBe(true);
  });

  it.each([
    'http://app.example.test/callback',
    'http://localhost.evil.example/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//evil.example/callback',
    'not an address',
    '',
    7,
    null,
  ])('may not be %s', (url) => {
    expect(isSafeRedirect(url)).toBe(false);
  });

  it('is of this machine by its name or address, not by what it begins with', () => {
    expect(isLoopback('http://127.0.0.1/cb')).toBe(true);
    expect(isLoopback('http://localhost.evil.example/cb')).toBe(false);
    expect(redirectHost('https://app.example.test/callback')).toBe('app.example.test');
  });
});

it('stores a code so that another kind of value with the same text is another one', () => {
  expect(hashOf('code', 'x').equals(hashOf('code', 'x'))).toBe(true);
  expect(hashOf('code', 'x').equals(hashOf('token', 'x'))).toBe(false);
});
