import type { JsonValue } from '@gatehouse/kernel';
import { LEGACY_VERSIONS, MODERN_VERSION } from '@gatehouse/mcp-spawner';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainRequest } from './plain-request.ts';
import { readClassified, readPosted } from './posted-message.ts';

const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: {} } };
const headersOf = (protocolVersion: string | undefined) => ({
  protocolVersion,
  method: undefined,
  name: undefined,
});

it.each<[string, JsonValue, string | undefined]>([
  ['a call', call, '2025-11-25'],
  ['a call of a client that names no revision', call, undefined],
  ['a request without parameters', { jsonrpc: '2.0', id: 'a', method: 'ping' }, '2025-03-26'],
])('reads %s', (_what, body, version) => {
  expect(plainRequest(body, version)).toBeDefined();
});

it.each<[string, JsonValue, string | undefined]>([
  ['another revision', call, MODERN_VERSION],
  ['a revision with a space', call, ' 2025-11-25'],
  ['metadata', { ...call, params: { ...call.params, _meta: {} } }, '2025-11-25'],
  ['a handshake', { ...call, method: 'initialize' }, '2025-11-25'],
  ['a notification', { jsonrpc: '2.0', method: 'ping' }, '2025-11-25'],
  ['an answer', { ...call, result: {} }, '2025-11-25'],
  ['an unknown member', { ...call, more: 1 }, '2025-11-25'],
  ['a fraction for an id', { ...call, id: 1.5 }, '2025-11-25'],
  ['a list of parameters', { ...call, params: [] }, '2025-11-25'],
  ['a batch', [call], '2025-03-26'],
])('leaves %s to the schemas', (_what, body, version) => {
  expect(plainRequest(body, version)).toBeUndefined();
});

it('says of whatever it reads what the schemas of the SDK say', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('2.0', 'tools/call', 'initialize', 0, -1, 2 ** 53, null),
  );
  const params = fc.oneof(
    fc.dictionary(fc.constantFrom('name', 'arguments', '_meta', 'task', '__proto__'), fc.jsonValue()),
    odd,
  );
  const body = fc.oneof(
    fc.record(
      {
        jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, odd),
        id: fc.oneof(fc.integer(), fc.string(), odd),
        method: fc.oneof(fc.constantFrom('tools/call', 'initialize', 'ping', ''), odd),
        params,
        result: odd,
        error: odd,
      },
      { requiredKeys: [] },
    ),
    fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.integer(), fc.string()),
      method: fc.string(),
      params,
    }),
    odd,
  );
  const version = fc.constantFrom(undefined, ...LEGACY_VERSIONS, MODERN_VERSION, '', '2025-11-25 ');
  let read = 0;
  fc.assert(
    fc.property(body, version, (value, protocolVersion) => {
      const request = plainRequest(value as JsonValue, protocolVersion);
      if (request === undefined) return;
      read += 1;
      const headers = headersOf(protocolVersion);
      const posted = readClassified(value as JsonValue, headers, [MODERN_VERSION]);
      expect(posted).toEqual({ kind: 'request', request });
      expect(readPosted(value as JsonValue, headers, [MODERN_VERSION])).toEqual(posted);
    }),
    { numRuns: 5_000 },
  );
  expect(read).toBeGreaterThan(100);
});
