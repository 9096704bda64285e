import type { ChangeFeed, FeedFollower } from '@gatehouse/database';
import { afterEach, expect, it } from 'vitest';
import { anOwner, aPool, aServer, isRunning, type TestPool, until } from '../../test/a-server.ts';
import type { McpDefinitions } from '../definitions/mcp-definitions.service.ts';
import { SecretWatch } from './secret-watch.service.ts';

let running: TestPool;
afterEach(() => running.pool.stop());

/** A watch over a pool with real children, which is told what the store holds by hand. */
function aWatch() {
  running = aPool(
    aServer({ name: 'receiver', secrets: { LEAKED: 'TOKEN' } }),
    aServer({ name: 'other', secrets: { LEAKED: 'OTHER' } }),
  );
  for (const server of running.servers.all()) server.discovery = { ...server.discovery, state: 'ready' };
  let follower: FeedFollower | undefined;
  const feed = { follow: (each: FeedFollower) => (follower = each) } as unknown as ChangeFeed;
  new SecretWatch(feed, running.servers, running.pool, {} as McpDefinitions);
  return (versions: Record<string, number>): void => {
    const rows = Object.entries(versions).map(([name, version]) => ({ name, version }));
    void follower?.reread((() => Promise.resolve(rows)) as never, false);
  };
}

it('a secret that was rotated drains those who have the old value: open calls end there, new ones get a new process', async () => {
  const tell = aWatch();
  const [old, other] = [
    await running.pool.acquire('receiver', anOwner()),
    await running.pool.acquire('other', anOwner()),
  ];
  tell({ TOKEN: 1, OTHER: 1 });
  const open = old.request({ method: 'tools/call', params: { name: 'late', arguments: { ms: 500 } } });
  tell({ TOKEN: 2, OTHER: 1 });
  await until(() => old.isStopping);
  const fresh = await running.pool.acquire('receiver', anOwner());
  expect(fresh.pid).not.toBe(old.pid);
  expect(await open).toMatchObject({ kind: 'result' });
  await until(() => !isRunning(old.pid));
  expect([fresh.pid, other.pid].map(isRunning)).toEqual([true, true]);
});

it('a secret that was unset does the same', async () => {
  const tell = aWatch();
  const old = await running.pool.acquire('receiver', anOwner());
  tell({ TOKEN: 1 });
  tell({});
  await until(() => !isRunning(old.pid));
});
