import { afterAll, beforeAll, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient, textOf } from './an-mcp-client.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await aDoor({ callsPerMinute: 3 });
});
afterAll(() => door.stop());

it('says what is left of the calls a minute, and when there are more', async () => {
  const client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
  for (const left of [2, 1, 0]) {
    const answered = await client.call('echo');
    expect(answered.headers.get('ratelimit-policy')).toBe('"calls";q=3;w=60');
    expect(answered.headers.get('ratelimit')).toMatch(new RegExp(`^"calls";r=${left}(;t=\\d+)?$`));
  }
  const answered = await client.call('echo');
  expect(textOf(answered)).toMatch(/\(rate_limited\)$/);
  expect(answered.status).toBe(200);
  expect(answered.message.result).toMatchObject({
    isError: true,
    _meta: { retryAfterMs: expect.any(Number) },
  });
  const read = await client.request('resources/read', { uri: 'hostile://cancelled' });
  expect(codeOf(read)).toBe(-32_000);
  expect(read.message.error).toMatchObject({ data: { retryAfterMs: expect.any(Number) } });
});

it('does not count lists', async () => {
  const client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
  for (let i = 0; i < 10; i += 1) expect((await client.request('tools/list')).status).toBe(200);
  expect((await client.call('echo')).message.result).not.toHaveProperty('isError');
});
