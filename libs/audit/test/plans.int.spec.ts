import { AuditReader } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: TestDatabase;
let pool: NotingPool;
let reader: AuditReader;

/** Explains what it is asked instead of answering it. */
class NotingPool extends pg.Pool {
  plan = '';
  override query(...given: unknown[]): never {
    const [first, values = []] = given;
    const { text, values: own = values } = (
      typeof first === 'string' ? { text: first } : first
    ) as pg.QueryConfig;
    return this.#explain(text, own as unknown[]) as never;
  }
  async #explain(text: string, values: unknown[]): Promise<{ rows: unknown[] }> {
    const client = await this.connect();
    try {
      // On an empty table everything is read whole, unless that costs too much.
      await client.query('set enable_seqscan = off');
      const { rows } = await client.query({ text: `explain (costs off) ${text}`, values });
      this.plan += rows.map((row) => Object.values(row as object)[0]).join('\n');
    } finally {
      client.release();
    }
    return { rows: text.includes('as looked') ? [{ looked: 0, last: null, found: null }] : [] };
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new NotingPool({ ...database.clientConfig('server'), max: 1 });
  pool.on('error', () => undefined);
  reader = new AuditReader(pool);
});
afterAll(async () => {
  await reader.stop();
  await database.drop();
});

const ALL = { kind: 'all' } as const;
const month = (date: Date) => date.toISOString().slice(0, 7).replace('-', '_');

async function planOf(ask: () => Promise<unknown>): Promise<string> {
  pool.plan = '';
  await ask();
  return pool.plan;
}

describe('a list of audit rows', () => {
  it('opens the partitions of its time and no other', async () => {
    const now = new Date();
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15));
    const within = new Date(next.getTime() + 3_600_000);
    const plan = await planOf(() => reader.list({ since: next, until: within, limit: 50 }, ALL));
    expect(plan).toContain(`audit_log_${month(next)}`);
    expect(plan).not.toMatch(new RegExp(`audit_log_(?!${month(next)})\\d{4}_\\d{2}|audit_log_default`));
  });

  it.each([
    ['a rare policy', { policy: 'tool_changed' }, /policy_id_idx/],
    ['an agent', { agentId: 'developer_agent' }, /agent_id_id_idx/],
    ['a rare event', { event: 'policy.changed' }, /event_id_idx/],
    ['a user', { userId: 'user-1' }, /user_id_id_idx/],
    ['a session', { sessionId: 'session-1' }, /session_id_id_idx/],
    ['an action', { action: 'Bash' }, /action_id_idx/],
    ['denials', { decision: 'deny' as const }, /\d_id_idx/],
    ['a trace', { traceId: 'f'.repeat(32) }, /trace_id_id_idx/],
    ['a task', { taskId: 'toolu_1' }, /task_id_id_idx/],
    ['nothing', {}, /Backward using audit_log_\d{4}_\d{2}_pkey/],
  ])('narrowed by %s is answered by an index', async (_what, filter, index) => {
    const plan = await planOf(() => reader.list({ limit: 50, ...filter }, ALL));
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan/);
  });
});
