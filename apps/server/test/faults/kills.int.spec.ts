import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../kills/account.ts';
import { Callers } from '../kills/callers.ts';
import { killDatabase, killServer } from '../kills/kill.ts';
import { buildServerToKill, ServerToKill } from '../kills/server-to-kill.ts';
import { freePort } from '../support/free-port.ts';

/* The short form of `npm run soak 10 kills`, which kills each fifty times. */
let server: ServerToKill;
const loads: Callers[] = [];

beforeAll(async () => {
  await buildServerToKill();
  server = await ServerToKill.create(await freePort());
  server.start();
  await server.ready();
});
afterAll(async () => {
  for (const load of loads) await load.stop();
  await server.remove();
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
