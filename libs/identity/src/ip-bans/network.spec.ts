import { expect, it } from 'vitest';
import { BanList } from './ban-list.ts';
import { networkOf, plainAddress } from './network.ts';

it.each([
  ['203.0.113.7', '203.0.113.7/32'],
  [' 203.0.113.0/24 ', '203.0.113.0/24'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['2001:db8::7', '2001:db8::7/128'],
  ['127.0.0.2', '127.0.0.2/32'],
])('reads %s as a network', (text, network) => {
  expect(networkOf(text).text).toBe(network);
});

it.each([
  '',
  'localhost',
  '203.0.113',
  '203.0.113.7/33',
  '203.0.113.7/-1',
  '203.0.113.7/',
  '203.0.113.7/24/1',
  '203.0.113.7/7',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/15',
  'fe80::1%eth0',
  '::ffff:203.0.113.7',
  '0x7f.1',
  '2130706433',
  "'; drop table ip_bans --",
])('does not read %j as one', (text) => {
  expect(() => networkOf(text)).toThrow(expect.objectContaining({ code: 'IDENTITY_NETWORK_INVALID' }));
});

it.each(['127.0.0.1', '127.0.0.0/8', '::1', '::/16'])(
  'bans no network that holds our own loopback: %s',
  (text) => {
    expect(() => networkOf(text)).toThrow(expect.objectContaining({ code: 'IDENTITY_NETWORK_OWN' }));
  },
);

it.each([
  ['203.0.113.7', 'net'],
  ['::ffff:203.0.113.7', 'net'],
  ['203.0.114.7', null],
  ['2001:db8::1', 'six'],
  ['2001:db8::1%eth0', 'six'],
  ['2001:db9::1', null],
  ['', null],
  ['unknown', null],
])('finds the ban of %s: %s', (address, ban) => {
  const list = new BanList([
    { id: 'net', network: '203.0.113.0/24', expiresAtMs: null },
    { id: 'six', network: '2001:db8::/32', expiresAtMs: null },
  ]);
  expect(list.find(address, 0)).toBe(ban);
  expect(list.find(address, 1)).toBe(ban);
});

it('lets a ban end by itself, also for an address that it has been asked about', () => {
  const list = new BanList([
    { id: 'short', network: '203.0.113.7/32', expiresAtMs: 1000 },
    { id: 'long', network: '203.0.113.0/24', expiresAtMs: 2000 },
  ]);
  expect([0, 999, 1000, 1999, 2000].map((nowMs) => list.find('203.0.113.7', nowMs))).toEqual([
    'short',
    'short',
    'long',
    'long',
    null,
  ]);
});

it('spells an address one way', () => {
  expect(plainAddress('::ffff:1.2.3.4')).toBe('1.2.3.4');
});
