import { expect, it } from 'vitest';
import { VerifiedTokens } from './verified-tokens.ts';

const claims = {
  audience: 'x',
  userId: 'u' as never,
  sessionId: 's' as never,
  clientId: 'c' as never,
  agentId: null,
  actors: [],
  scopes: null,
  tokenId: 'one',
  issuedAtMs: 0,
  expiresAtMs: 1,
};

it('believes a verified token for 30 seconds', () => {
  let nowMs = 0;
  const tokens = new VerifiedTokens(() => nowMs);
  tokens.add('digest', claims);
  nowMs = 29_999;
  expect(tokens.get('digest')?.claims).toBe(claims);
  nowMs = 30_000;
  expect(tokens.get('digest')).toBeUndefined();
  expect(tokens.size).toBe(0);
});

it('holds 10,000 tokens and drops the oldest', () => {
  const tokens = new VerifiedTokens(() => 0);
  for (let at = 0; at <= 10_000; at += 1) tokens.add(`${at}`, claims);
  expect(tokens.size).toBe(10_000);
  expect(tokens.get('0')).toBeUndefined();
  expect(tokens.get('1')).toBeDefined();
});
