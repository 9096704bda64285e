import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { clientAddressBehind } from './client-address.ts';

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as FastifyRequest;

describe('without a configured proxy, the address of a request', () => {
  const addressOf = clientAddressBehind([]);

  it.each([
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['127.0.0.1', '198.51.100.1', '127.0.0.1'],
    ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
    ['fe80::1%eth0', undefined, 'fe80::1'],
    [undefined, '198.51.100.1', ''],
  ])('from %s that says %s is %s', (remote, forwarded, address) => {
    expect(addressOf(from(remote, forwarded))).toBe(address);
  });
});

describe('behind configured proxies, the address of a request', () => {
  const addressOf = clientAddressBehind(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);

  it.each([
    ['is what the proxy says', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['skips proxies between', '10.0.0.1', '198.51.100.1, 10.2.3.4', '198.51.100.1'],
    [
      'is not what the client wrote before it',
      '10.0.0.1',
      '127.0.0.1, 192.0.2.9, 198.51.100.1',
      '198.51.100.1',
    ],
    ['is not what the client says it is', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['is the proxy where nobody is named', '10.0.0.1', undefined, '10.0.0.1'],
    ['is the proxy where what is named is no address', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['is the nearest proxy whose word is an address', '10.0.0.1', "'; drop table, 10.0.0.9", '10.0.0.9'],
    ['may be IPv6', '2001:db8::1', '2001:db9::7', '2001:db9::7'],
    ['may be mapped', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['is a proxy when all are', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['is found in a long list', '10.0.0.1', `${'192.0.2.1, '.repeat(10_000)}198.51.100.1`, '198.51.100.1'],
  ])('%s', (_what, remote, forwarded, address) => {
    expect(addressOf(from(remote, forwarded))).toBe(address);
  });
});
