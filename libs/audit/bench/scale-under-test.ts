/**
 * `node scale-under-test.js <rows> [lines]`: a generated audit log of so many rows, and so many lines of the log beside
 * it, on a PostgreSQL of its own; every question to them timed. JSON on the channel.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createPrivateDatabase } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { AuditReader, CallCounting, LogReader, LogStore, ReaderSight } from '../src/index.ts';
import { rememberingScanner } from '../src/row/remembering-scanner.ts';
import { auditQuestions } from './audit-questions.ts';
import { indexSizes } from './index-sizes.ts';
import { knownPlaces } from './known-places.ts';
import { logQuestions } from './log-questions.ts';
import { makeLines } from './made-lines.ts';
import { madeRows } from './made-rows.ts';
import { userId } from './made-world.ts';
import { NotingPool } from './noting-pool.ts';
import { NotingReads } from './noting-reads.ts';
import { makePastDays, makePastPartitions, monthsBack } from './past-partitions.ts';
import { timeQuestion } from './time-question.ts';
import { writeRows } from './write-rows.ts';

const MONTHS = 12;
const LOG_DAYS = 7;
/** People of a department, the busiest and the idle among them. */
const DEPARTMENT = 50;
const STRETCH = 50_000;
const MOST_LINES = 1_000_000;

const rows = Number(process.argv[2] ?? 1_000_000);
const lines = Math.min(Number(process.argv[3] || rows), MOST_LINES);
const tell = (message: object) => process.send?.(message);

const database = await createPrivateDatabase({ supervised: false });
const owner = new pg.Client(database.clientConfig('owner'));
let stopping: Promise<void> | null = null;
const stop = () =>
  (stopping ??= (async () => {
    await owner.end().catch(() => undefined);
    await database.drop();
  })());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
  process.once(signal, () => void stop().finally(() => process.exit(1)));

/** As a server does that starts on a log which was never summed: step after step with pauses. Returns the seconds. */
async function sumCalls(): Promise<number> {
  const startedAt = performance.now();
  const counting = new CallCounting({
    config: database.clientConfig('server'),
    warn: (message) => tell({ warned: message }),
  });
  counting.start();
  const left = async () =>
    (
      await owner.query<{ left: boolean }>(
        `select exists (select from audit_lanes l left join audit_counted_seals c using (chain)
          join lateral (select max(seq) as seq from audit_seals s where s.chain = l.chain) h on h.seq > coalesce(c.seq, 0)) as left`,
      )
    ).rows[0]!.left;
  while (await left()) await delay(50);
  await counting.stop();
  return (performance.now() - startedAt) / 1000;
}

try {
  await owner.connect();
  const toMs = Date.now();
  const fromMs = monthsBack(MONTHS - 1, toMs);
  await makePastPartitions(owner, MONTHS);
  await makePastDays(owner, LOG_DAYS);
  await owner.query(
    `insert into users (id, email, display_name, role, status, department, created_at, updated_at)
     select u, u || '@example.test', 'One', 'user', 'active', 'finance', now(), now() from unnest($1::text[]) u`,
    [Array.from({ length: DEPARTMENT }, (_, number) => userId(number * 10))],
  );
  const scanner = createScanner();
  const made = madeRows({ rows, fromMs, toMs, scanner: rememberingScanner(scanner) });
  await writeRows(database.clientConfig('server'), made, STRETCH, (rate) => tell({ rate }));
  const store = new LogStore({ config: database.clientConfig('server'), scanner, maxWaiting: 10_000 });
  store.start();
  await makeLines(store, lines, LOG_DAYS, (stored) => tell({ stored }));
  await store.stop();
  tell({ summed: await sumCalls() });
  for (const table of ['audit_log', 'audit_seals', 'audit_call_counts', 'logs'])
    await owner.query(`vacuum (analyze) ${table}`);
  await owner.query('checkpoint');
  const places = await knownPlaces(owner, fromMs, toMs);
  const [readerPool, serverPool] = (['reader', 'server'] as const).map((role) => {
    const pool = new NotingPool({ ...database.clientConfig(role), max: 2, statement_timeout: 60_000 });
    pool.on('error', () => undefined);
    return pool;
  }) as [NotingPool, NotingPool];
  const readers = {
    audit: new AuditReader(new NotingReads(readerPool, new ReaderSight(database))),
    logs: new LogReader(serverPool),
  };
  for (const question of [...auditQuestions(places), ...logQuestions(places)])
    tell({ timed: await timeQuestion(question, readers, [readerPool, serverPool], owner) });
  await readers.audit.stop();
  await readers.logs.stop();
  tell({ sizes: await indexSizes(owner) });
} finally {
  await stop();
  // This end is none of a caller that went away.
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}
