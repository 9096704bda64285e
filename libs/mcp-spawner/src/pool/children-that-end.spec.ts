import { afterEach, describe, expect, it } from 'vitest';
import { anOwner, aPool, aServer, isRunning, type TestPool, until } from '../../test/a-server.ts';
import { callTool, textOf } from '../../test/call-tool.ts';

let running: TestPool | undefined;
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

function start(...servers: Parameters<typeof aPool>): TestPool {
  running = aPool(...servers);
  return running;
}

describe('a child that ends by itself', () => {
  it.each(['exit', 'crash'])(
    'leaves an unknown outcome to the call that was open (%s), and is not asked twice',
    async (tool) => {
      const { pool, servers } = start(aServer());
      const child = await pool.acquire('hostile', anOwner());
      expect(await callTool(child, tool)).toMatchObject({ kind: 'died' });
      const next = await pool.acquire('hostile', anOwner());
      expect(textOf(await callTool(next, 'count'))).toBe('1');
      expect(servers.find('hostile')?.counters).toMatchObject({ spawns: 2, restarts: 1 });
    },
  );

  it('sends nothing to a child that is gone, and says so', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    await callTool(child, 'exit');
    expect(await callTool(child, 'echo')).toEqual({ kind: 'not_sent', cause: 'gone' });
  });

  it('is started again only after a pause, once it failed twice, and the answer says how long', async () => {
    const { pool, servers } = start(aServer({ args: ['--exit-at-once'] }));
    const attempt = (): Promise<unknown> =>
      pool.acquire('hostile', anOwner()).catch((error: unknown) => error);
    for (let i = 0; i < 2; i += 1) {
      expect(await attempt()).toMatchObject({
        message: 'MCP server hostile could not be started: it exited with code 3',
      });
    }
    expect(await attempt()).toMatchObject({
      message: expect.stringMatching(
        /^MCP server hostile failed \(it exited with code 3\) and may be started again in 0\.\d s$/,
      ),
      retryAfterMs: expect.any(Number),
    });
    expect(servers.find('hostile')?.counters.spawns).toBe(2);
    await expect(pool.acquire('hostile', anOwner({ isolationKey: 'other' }))).rejects.toThrow(
      'could not be started',
    );
  });

  it('is given up when it never finishes its handshake', async () => {
    const { pool } = start(aServer({ args: ['--never-initialize'], limits: { timeoutMs: 200 } }));
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow('it did not answer in time');
    expect(running?.servers.find('hostile')?.children).toBe(0);
  });

  it('is replaced when it stops answering', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 50 } }));
    const child = await pool.acquire('hostile', anOwner());
    for (let i = 0; i < 3; i += 1) expect(await callTool(child, 'never_answer')).toEqual({ kind: 'timeout' });
    await until(() => !isRunning(child.pid));
    expect((await pool.acquire('hostile', anOwner())).pid).not.toBe(child.pid);
  });

  it('cannot be found when its command does not exist', async () => {
    const { pool } = start(aServer({ command: 'no-such-command' }));
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow(
      'the command of MCP server hostile was not found',
    );
  });

  it('takes the grandchildren along that stayed in its group', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    const grandchild = Number(textOf(await callTool(child, 'fork_stubborn')));
    expect(isRunning(grandchild)).toBe(true);
    await pool.endAll('hostile');
    await until(() => !isRunning(grandchild));
  });
});
