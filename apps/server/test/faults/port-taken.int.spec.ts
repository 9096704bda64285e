import { createTestDatabase } from '@gatehouse/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer } from '../../src/gatehouse-server.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});

afterAll(() => server.end());

it('a port that is taken stops the start with what to do, and leaves nothing behind', async () => {
  const database = await createTestDatabase();
  await expect(startServer(server.configuration, { database })).rejects.toMatchObject({
    code: 'SERVER_PORT_TAKEN',
    hint: expect.stringContaining('PORT='),
  });
  expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(200);
});
