import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it('a secret does not print, log or serialise', () => {
  const secret = new Secret('canary-value');
  const seen = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    format('%o %s', secret, secret),
  ];
  expect(seen.join()).not.toContain('canary');
  expect(secret.reveal()).toBe('canary-value');
});
