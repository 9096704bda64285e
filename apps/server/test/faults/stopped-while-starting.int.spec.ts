import { afterAll, beforeAll, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';

let first: TestServer;
beforeAll(async () => {
  first = await aServer({ tools: false });
  await first.discovered;
});
afterAll(() => first.end());

it('a server that is stopped while it reads what its MCP servers offer stops without an error', async () => {
  const locker = await first.sql.connect();
  try {
    await locker.query('begin; lock table mcp_server_definitions in access exclusive mode');
    const second = await aServer({ tools: false, beside: first });
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await first.sql.query(waits)).rowCount).toBe(1);
    await Promise.all([second.end(), expect(second.discovered).resolves.toBeUndefined()]);
  } finally {
    await locker.query('rollback');
    locker.release();
  }
});
