import type { AppError } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { aContext, anEntry } from './an-entry.ts';
import { anOpenLog } from './an-open-log.ts';
import { recomputeChains } from './recompute-chains.ts';

const opened = anOpenLog();

describe('a row that the database refuses', () => {
  it('is refused alone, and every other row of its batch stands', async () => {
    const poisoned = () => ({ ...anEntry(), decision: 'maybe' as never });
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => opened.log.record(i % 50 === 7 ? poisoned() : anEntry())),
    );
    const refused = results.flatMap((result, i) =>
      result.status === 'rejected' ? [[i, (result.reason as AppError).code]] : [],
    );
    expect(refused).toEqual([7, 57, 107, 157].map((i) => [i, 'AUDIT_ROW_REFUSED']));
    expect((await recomputeChains(opened.owner)).problems).toEqual([]);
  });
});

describe('a database that goes away', () => {
  it('loses no acknowledged row and doubles none when connections are cut at random', async () => {
    const before = (await recomputeChains(opened.owner)).rows;
    let acknowledged = 0;
    const cut = () =>
      opened.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse audit lane'
           and datname = current_database() and random() < 0.7`,
      );
    const write = async () => {
      for (let i = 0; i < 60; i += 1) {
        await opened.log.record(anEntry());
        acknowledged += 1;
        if (acknowledged % 70 === 0) await cut();
      }
    };
    await Promise.all(Array.from({ length: 20 }, write));
    await opened.log.stop();
    const report = await recomputeChains(opened.owner);
    expect(report.problems).toEqual([]);
    expect(acknowledged).toBe(1200);
    expect(report.rows - before).toBe(acknowledged);
  });

  it('denies after two seconds, and afterwards each denied call is a row that was not executed, or counted', async () => {
    const before = await opened.log.record(anEntry());
    await opened.owner.query(
      `revoke connect on database ${opened.database.name} from ${opened.database.clientConfig('server').user}`,
    );
    await opened.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse audit lane' and datname = current_database()`,
    );
    const started = performance.now();
    const { userId } = aContext();
    const results = await Promise.allSettled(
      Array.from({ length: 25 }, () => opened.log.record(anEntry({ context: aContext({ userId }) }))),
    );
    const elapsed = performance.now() - started;
    await opened.owner.query(
      `grant connect on database ${opened.database.name} to ${opened.database.clientConfig('server').user}`,
    );
    expect(
      results.map((result) => (result.status === 'rejected' ? (result.reason as AppError).code : 'recorded')),
    ).toEqual(Array.from({ length: 25 }, () => 'AUDIT_UNAVAILABLE'));
    expect(elapsed).toBeGreaterThan(1900);
    expect(elapsed).toBeLessThan(4000);
    await opened.log.record(anEntry());
    await opened.log.stop();
    const { rows } = await opened.owner.query<{ decided: number; closed: number; counted: number }>(
      `select count(*) filter (where event = 'tool_call.decided' and user_id = $1)::int as decided,
         count(*) filter (where result ->> 'status' = 'not_executed' and user_id = $1)::int as closed,
         coalesce(sum((evaluation -> 'detail' ->> 'count')::int) filter (where event = 'audit.gap' and id > $2), 0)::int as counted
       from audit_log`,
      [userId, before.id],
    );
    const { decided, closed, counted } = rows[0]!;
    expect({ accounted: decided + counted, closed }).toEqual({ accounted: 25, closed: decided });
    expect(opened.log.status().lostCallsTotal).toBe(counted);
  });
});
