import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anEntry } from './an-entry.ts';
import { anOpenLog } from './an-open-log.ts';
import { recomputeChains } from './recompute-chains.ts';

const opened = anOpenLog();

describe('the seal', () => {
  it('comes out again, whatever the rows hold, by an auditor who has only the text of the contract', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme-composite', maxLength: 20 }),
      fc.constant('\u0000\ud800'),
    );
    const entries = fc.sample(
      fc.record({
        value: fc.jsonValue({ stringUnit: 'binary' }),
        action: fc.string({ minLength: 1, unit: 'binary' }),
        reason: anyText.map((text) => `r${text}`),
        claimed: fc.dictionary(anyText, anyText),
        costMicrodollars: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      }),
      1500,
    );
    for (let i = 0; i < entries.length; i += 50) {
      await Promise.all(entries.slice(i, i + 50).map((entry) => opened.log.record(anEntry(entry as never))));
    }
    const report = await recomputeChains(opened.owner);
    expect(report.problems).toEqual([]);
    expect(report.rows).toBeGreaterThanOrEqual(1500);
  });

  it.each([
    ['a changed reason', `update audit_log set reason = 'x' where id = $1`, /was changed/],
    ['a result that was added', `update audit_log set result = '{}' where id = $1`, /was changed/],
    [
      'a rule that was changed',
      `update audit_log set evaluation = replace(evaluation::text, 'live', 'dead')::json where id = $1`,
      /was changed/,
    ],
    ['a removed row', 'delete from audit_log where id = $1', /is gone/],
  ])('shows %s', async (_name, tampering, problem) => {
    const { id } = await opened.log.record(anEntry());
    const client = await opened.owner.connect();
    try {
      await client.query('begin');
      await client.query("set local session_replication_role = 'replica'");
      expect((await client.query(tampering, [id])).rowCount).toBe(1);
      expect((await recomputeChains(client as never)).problems.join()).toMatch(problem);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('stays valid when the content is erased', async () => {
    const { id } = await opened.log.record(anEntry());
    const client = await opened.owner.connect();
    try {
      await client.query('begin');
      await client.query("set local session_replication_role = 'replica'");
      await client.query(
        `update audit_log set evaluation = (evaluation::jsonb - 'content')::json where id = $1`,
        [id],
      );
      expect((await recomputeChains(client as never)).problems).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('goes on where the chain ended when the writer starts again', async () => {
    await opened.log.record(anEntry());
    await opened.log.stop();
    opened.log = opened.writer();
    await opened.log.start();
    await opened.log.record(anEntry());
    const { rows } = await opened.owner.query(
      'select count(*)::int as lanes from audit_lanes where kind = $1',
      ['server'],
    );
    expect(rows[0]).toEqual({ lanes: 2 });
    expect((await recomputeChains(opened.owner)).problems).toEqual([]);
  });

  it('is of its own for each writer: a second server and a command take other lanes', async () => {
    const second = opened.writer();
    const command = opened.writer('cli');
    await second.start();
    await Promise.all([opened.log, second, command].map((writer) => writer.record(anEntry())));
    await Promise.all([second.stop(), command.stop()]);
    const { rows } = await opened.owner.query(
      'select kind, count(*)::int as n from audit_lanes group by kind order by kind',
    );
    expect(rows).toEqual([
      { kind: 'cli', n: 1 },
      { kind: 'server', n: 4 },
    ]);
    expect((await recomputeChains(opened.owner)).problems).toEqual([]);
  });
});
