import { describe, expect, it } from 'vitest';
import { checkOutbound } from './check-outbound.ts';

const path = 'libs/oauth/src/clients/read-document.ts';

describe('the check of ways out', () => {
  it.each([
    ["import { request } from 'node:https';", 'node:https'],
    ["import http from 'http';", 'http'],
    ["import { connect, isIP } from 'node:net';", 'node:net'],
    ["const { lookup } = await import('node:dns/promises');", 'node:dns/promises'],
    ["export { request } from 'undici';", 'undici'],
    ['await fetch(url)', 'fetch'],
    ['await globalThis.fetch(url)', 'fetch'],
    ['new WebSocket(url)', 'WebSocket'],
  ])('finds %s', (text, way) => {
    expect(checkOutbound([{ path, text }]).map(({ message }) => message)).toEqual([
      `${way} is a way out of its own; send through OutboundClient`,
    ]);
  });

  it.each([
    "import type { IncomingHttpHeaders } from 'node:http';",
    "import { type Socket, isIPv4 } from 'node:net';",
    "import { createServer } from 'node:net';",
    'this.users.fetch(id)',
  ])('passes %s', (text) => {
    expect(checkOutbound([{ path, text }])).toEqual([]);
  });

  it('passes the library itself, tests, and what is listed with a reason', () => {
    const text = 'await fetch(url)';
    for (const passed of ['libs/outbound/src/a.ts', 'libs/oauth/src/a.spec.ts', 'apps/server/test/a.ts']) {
      expect(checkOutbound([{ path: passed, text }])).toEqual([]);
    }
    expect(checkOutbound([{ path, text }], { [path]: 'a reason' })).toEqual([]);
  });
});
