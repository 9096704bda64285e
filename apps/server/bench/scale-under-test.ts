/** `node scale-under-test.js <rows>`: a generated audit log of so many rows, every question to it timed; JSON on the channel. */

import { AuditReader } from '@gatehouse/audit';
import { createPrivateDatabase } from '@gatehouse/database';
import pg from 'pg';
import { generateRows } from './generate-rows.ts';
import { scaleQuestions } from './scale-questions.ts';

const RUNS = 5;
const SLOW_MS = 100;
const rows = Number(process.argv[2] ?? 1_000_000);

const database = await createPrivateDatabase({ supervised: false });
const owner = new pg.Client(database.clientConfig('owner'));
await owner.connect();
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await owner.end().catch(() => undefined);
  await database.drop();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
  process.once(signal, () => void stop().finally(() => process.exit(1)));

/** Notes the statements of a question, so that a slow one can be explained. */
class NotingPool extends pg.Pool {
  readonly asked: { text: string; values: unknown[] }[] = [];
  override query(...given: unknown[]): never {
    const [first, values] = given;
    const config =
      typeof first === 'string' ? { text: first, values } : (first as { text: string; values?: unknown[] });
    this.asked.push({ text: config.text, values: (config.values as unknown[] | undefined) ?? [] });
    return (super.query as (...args: unknown[]) => never)(...given);
  }
}

try {
  const log = await generateRows(owner, { rows, months: 12, told: (made) => process.send?.({ made }) });
  await owner.query('vacuum (analyze) audit_log');
  await owner.query('vacuum (analyze) audit_seals');
  await owner.query('checkpoint');
  const at = async (part: number) => {
    const { rows: found } = await owner.query(
      `select id, session_id, trace_id, task_id, occurred_at from audit_log where event = 'tool_call.decided'
         and id >= (select audit_id_at(to_timestamp(extract(epoch from min(t)) + $1 * extract(epoch from max(t) - min(t)))) from
           (select (select occurred_at from audit_log order by id limit 1) t union all select (select occurred_at from audit_log order by id desc limit 1)) e)
       order by id limit 1`,
      [part],
    );
    return found[0] as {
      id: string;
      session_id: string;
      trace_id: string;
      task_id: string;
      occurred_at: Date;
    };
  };
  const places = new Map<number, Awaited<ReturnType<typeof at>>>();
  for (const part of [0.0002, 0.01, 0.2, 0.3, 0.4, 0.5, 0.503, 0.7, 0.999]) places.set(part, await at(part));
  const place = (part: number) => places.get(part)!;
  const questions = scaleQuestions({
    rows,
    idAt: (part) => place(part).id,
    timeAt: (part) => place(part).occurred_at,
    sessionAt: (part) => place(part).session_id,
    traceAt: (part) => place(part).trace_id,
    taskAt: (part) => place(part).task_id,
  });
  const pool = new NotingPool({ ...database.clientConfig('reader'), max: 2 });
  pool.on('error', () => undefined);
  const reader = new AuditReader(pool);
  const timed: { name: string; medianMs: number; firstMs: number; plan: string | null }[] = [];
  for (const { name, ask } of questions) {
    const times: number[] = [];
    pool.asked.length = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const startedAt = performance.now();
      await ask(reader);
      times.push(performance.now() - startedAt);
      if (run === 0 && times[0]! > 5000) break;
    }
    const asked = pool.asked.slice(0, pool.asked.length / times.length);
    const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
    timed.push({ name, medianMs: median, firstMs: times[0]!, plan: await planOf(asked, median > SLOW_MS) });
  }
  await reader.stop();
  const { rows: sizes } = await owner.query<{ name: string; bytes: string }>(
    `select regexp_replace(c.relname, '_\\d{4}_\\d{2}_', '_*_') as name, sum(pg_relation_size(c.oid)) as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      where c.relkind = 'i' and c.relname like 'audit_log\\_%' group by 1 order by 2 desc`,
  );
  const { rows: heap } = await owner.query<{ bytes: string }>(
    `select sum(pg_table_size(relid)) as bytes from pg_partition_tree('audit_log') where isleaf`,
  );
  process.send?.({ log, timed, sizes, heapBytes: heap[0]?.bytes });
} finally {
  await stop();
  process.exitCode = 0;
  if (process.connected) process.disconnect();
}

async function planOf(
  asked: readonly { text: string; values: unknown[] }[],
  slow: boolean,
): Promise<string | null> {
  const plans: string[] = [];
  for (const { text, values } of asked) {
    const { rows: lines } = await owner.query({
      text: `explain (${slow ? 'analyze, buffers, ' : ''}costs off) ${text}`,
      values: [...values],
      rowMode: 'array',
    });
    const plan = (lines as unknown as [string][])
      .map(([line]) => line)
      .filter((line) => !/^Planning|never executed/.test(line));
    plans.push(plan.slice(0, slow ? 30 : 12).join('\n'));
  }
  return plans.join('\n--\n');
}
