import {
  AuditReader,
  type AuditVisibility,
  ReaderSight,
  type SightedConnection,
  SightedReads,
} from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase, withClient } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: TestDatabase;
let reads: ExplainingReads;
let reader: AuditReader;

/** Explains what it is asked instead of answering it, to a connection that sees what its asker may. */
class ExplainingReads extends SightedReads {
  plan = '';
  how = '';
  override read<T>(
    visibility: AuditVisibility,
    work: (database: SightedConnection) => Promise<T>,
  ): Promise<T> {
    return super.read(visibility, async (client) => {
      // On an empty table everything is read whole, unless that costs too much.
      await client.query('set local enable_seqscan = off');
      const query = async (text: string, values: unknown[]) => {
        if (text.includes('set_config')) return client.query(text);
        const { rows } = await client.query({ text: `explain (${this.how} costs off) ${text}`, values });
        this.plan += rows.map((row) => Object.values(row as object)[0]).join('\n');
        if (text.includes('as looked')) return { rows: [{ looked: 0, last: null, found: null }] };
        return { rows: text.includes('(select trace_id from') ? [{ trace_id: 'endless' }] : [] };
      };
      return work({ query } as unknown as SightedConnection);
    });
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  const pool = new pg.Pool({ ...database.clientConfig('reader'), max: 1 });
  pool.on('error', () => undefined);
  reads = new ExplainingReads(pool, new ReaderSight(database));
  reader = new AuditReader(reads);
});
afterAll(async () => {
  await reader.stop();
  await database.drop();
});

const ALL = { kind: 'all' } as const;
const month = (date: Date) => date.toISOString().slice(0, 7).replace('-', '_');

async function planOf(ask: () => Promise<unknown>): Promise<string> {
  reads.plan = '';
  await ask();
  return reads.plan;
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

  it('narrowed by two frequent values has their rows counted from the end of each index, not wherever they lie', async () => {
    const plan = await planOf(() =>
      reader.list({ limit: 50, agentId: 'developer_agent', action: 'Bash' }, ALL),
    );
    expect(plan).toMatch(/Backward using audit_log_\d{4}_\d{2}_agent_id_id_idx/);
    expect(plan).toMatch(/Backward using audit_log_\d{4}_\d{2}_action_id_idx/);
    expect(plan).not.toMatch(/Scan using/);
  });
});

describe('a trace', () => {
  it('that never ends costs its first rows, and not all of them', async () => {
    await withClient(database.clientConfig('owner'), async (owner) => {
      await owner.query(
        `insert into audit_log (id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id,
           role, action, decision, policy, reason, evaluation)
         select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000' || to_hex(2147483648 + i) || '00000001')::uuid,
           now(), 'tool_call.decided', 'u', 's', 't', case when i % 2 = 0 then 'endless' else 'trace-' || i end, 'c', 'l',
           'user', 'Bash', 'allow', 'default_allow', 'fine', '{}' from generate_series(1, 6000) i`,
      );
      await owner.query('analyze audit_log');
    });
    reads.how = 'analyze, timing off, summary off, buffers off,';
    const plan = await planOf(() => reader.trace('endless', ALL));
    const read = [...plan.matchAll(/trace_id_id_idx on audit_log_\d{4}_\d{2}.*?\(actual rows=(\d+)/g)];
    expect(Math.max(...read.map(([, rows]) => Number(rows)))).toBe(1000);
  });
});
