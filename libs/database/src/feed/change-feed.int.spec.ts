import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { withClient } from '../with-client.ts';
import { ChangeFeed } from './change-feed.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const asOwner = <T>(work: (client: pg.Client) => Promise<T>) =>
  withClient(database.clientConfig('owner'), work);

async function aFeed() {
  const feed = new ChangeFeed(database.clientConfig('server'));
  const heard: string[] = [];
  const reads: boolean[] = [];
  const pids: number[] = [];
  feed.follow({
    channel: 'weather',
    heard: (payload) => void heard.push(payload),
    reread: async (query, connected) => {
      const [row] = await query<{ pid: number }>('select pg_backend_pid() as pid');
      pids.push(row!.pid);
      reads.push(connected);
    },
  });
  onTestFinished(() => feed.stop());
  await feed.start();
  return { feed, heard, reads, pids };
}

describe('the feed of changes', () => {
  it('has read everything once when it is started', async () => {
    const { feed, reads } = await aFeed();
    expect(reads[0]).toBe(true);
    expect(feed.silentMs()).toBeLessThan(1000);
  });

  it('tells of a notification as soon as it is committed', async () => {
    const { heard } = await aFeed();
    await asOwner((client) => client.query("select pg_notify('weather', 'rain')"));
    await expect.poll(() => heard, { interval: 5 }).toEqual(['rain']);
  });

  it('reads again every half second without being told', async () => {
    const { reads } = await aFeed();
    const before = reads.length;
    const startedAt = performance.now();
    await expect.poll(() => reads.length, { interval: 10 }).toBeGreaterThan(before + 1);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(reads.slice(before)).toEqual(reads.slice(before).fill(false));
  });

  it('reads again at once when asked to', async () => {
    const { feed, reads } = await aFeed();
    const startedAt = performance.now();
    for (let times = 1; times <= 20; times += 1) {
      const before = reads.length;
      feed.reread();
      await expect.poll(() => reads.length, { interval: 1 }).toBeGreaterThan(before);
    }
    // Unasked, twenty times take ten seconds.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('connects again after its connection was cut, and reads all anew', async () => {
    const { heard, reads, pids } = await aFeed();
    await asOwner((client) => client.query('select pg_terminate_backend($1)', [pids.at(-1)]));
    await expect.poll(() => reads.filter((connected) => connected).length, { interval: 10 }).toBe(2);
    await asOwner((client) => client.query("select pg_notify('weather', 'sun')"));
    await expect.poll(() => heard, { interval: 5 }).toEqual(['sun']);
  });

  it('says that it has heard nothing before it is started and after it is stopped', async () => {
    const { feed } = await aFeed();
    await feed.stop();
    expect(feed.silentMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('is silent, and does not fail, where the database cannot be reached', async () => {
    const feed = new ChangeFeed({ ...database.clientConfig('server'), host: '/nonexistent' });
    onTestFinished(() => feed.stop());
    await feed.start();
    expect(feed.silentMs()).toBe(Number.POSITIVE_INFINITY);
  });
});
