import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@gatehouse/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../kills/account.ts';
import { anEffectsServer, type EffectsServer } from '../kills/an-effects-server.ts';
import { Callers } from '../kills/callers.ts';
import { killDatabase, killServer } from '../kills/kill.ts';
import { buildServerToKill, ServerToKill } from '../kills/server-to-kill.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';

/* The short form of `npm run soak 10 kills`, which kills each fifty times. */
let server: ServerToKill;
let effects: EffectsServer;
const loads: Callers[] = [];

beforeAll(async () => {
  await buildServerToKill();
  effects = await anEffectsServer();
  server = await ServerToKill.create(await freePort(), effects.url);
  server.start();
  await server.ready();
});
afterAll(async () => {
  for (const load of loads) await load.stop();
  await server.remove();
  effects.stop();
});

function underLoad(): Callers {
  const load = new Callers({ port: server.port, token: server.token, callers: 8, thinkMs: 5 });
  loads.push(load);
  return load;
}

describe('under load', () => {
  it('a server whose PostgreSQL is killed accounts for every call that it got, and goes on', async () => {
    const load = underLoad();
    await killDatabase(server, load, { times: 1 });
    await load.stop();
    // What is counted is a row a minute; a server that stops says it at once.
    await server.stop();
    server.start();
    await server.ready();
    const found = await account(server, loads);
    expect(found).toMatchObject({ unanswered: 0, allowedWithoutRow: 0, rowsTooMany: 0, chainProblems: [] });
    expect(found.rows + found.counted).toBe(found.sent);
  }, 60_000);

  it('a server that is killed left a row for every answer, none without a call, and starts again', async () => {
    const before = await account(server, loads);
    const load = underLoad();
    await killServer(server, load, { times: 2 });
    await load.stop();
    const found = await account(server, loads);
    expect(found).toMatchObject({ allowedWithoutRow: 0, rowsTooMany: 0, chainProblems: [] });
    expect(found.answeredWithoutRow).toBe(before.answeredWithoutRow);
    expect(found.allowed - before.allowed).toBeGreaterThan(20);
    expect(found.rows).toBeLessThanOrEqual(found.sent);
  }, 60_000);
});

it('a server that is killed in the middle of calls left a row for every effect, none was had twice, and what was under way is open', async () => {
  const done: string[] = [];
  let calling = true;
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let i = 0; calling; i += 1) {
      const call = `${caller}-${i}`;
      const client = new RawClient({ url: `http://localhost:${server.port}` }, 'effects', server.mcpToken);
      const answered = await client
        .modern('tools/call', { name: 'act', arguments: { call } })
        .catch(() => null);
      if (answered?.message.result !== undefined) done.push(call);
      else await pause(20);
    }
  });
  await effects.more(30);
  await server.kill();
  server.start();
  await server.ready();
  await effects.more(10);
  calling = false;
  await Promise.all(callers);
  const { executed } = effects;
  const rows = await server.query<{ call: string; event: string; trace_id: string }>(
    `select evaluation -> 'content' -> 'input' ->> 'call' as call, event, trace_id
       from audit_log where action = 'mcp__effects__act' and decision = 'allow'`,
  );
  const decided = new Map(
    rows.filter(({ event }) => event === 'tool_call.decided').map((row) => [row.call, row.trace_id]),
  );
  expect(executed.filter((call) => !decided.has(call))).toEqual([]);
  expect(new Set(executed).size).toBe(executed.length);
  const ended = new Set(
    rows.filter(({ event }) => event === 'tool_call.completed').map((row) => row.trace_id),
  );
  const isOpen = (call: string) => !ended.has(decided.get(call)!);
  expect(done.filter(isOpen)).toEqual([]);
  expect(executed.filter(isOpen).length).toBeGreaterThan(0);
  expect((await account(server, loads)).chainProblems).toEqual([]);
}, 60_000);
