import { AuditReader, ReaderSight, SightedReads } from '@gatehouse/audit';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { aContext, anEntry } from './an-entry.ts';
import { anOpenLog } from './an-open-log.ts';

const opened = anOpenLog();

describe('reading', () => {
  const aReader = () => {
    const pool = new pg.Pool({ ...opened.database.clientConfig('reader'), max: 2 });
    pool.on('error', () => undefined);
    return new AuditReader(new SightedReads(pool, new ReaderSight(opened.database)));
  };

  it('answers one trace by the id of its trace, its task or any of its rows, within sight only', async () => {
    const reader = aReader();
    const context = aContext();
    const decided = await opened.log.record(anEntry({ context }));
    const completed = await opened.log.record(anEntry({ context, event: 'tool_call.completed' }));
    const ids = [decided.id, completed.id];
    for (const id of [context.traceId, context.taskId, decided.id, completed.id]) {
      const rows = await reader.trace(id, { kind: 'self', userId: context.userId });
      expect(rows.map((row) => row.id).sort()).toEqual([...ids].sort());
    }
    expect(await reader.trace(context.traceId, { kind: 'self', userId: 'somebody-else' })).toEqual([]);
    expect(await reader.trace("'; drop table audit_log; --", { kind: 'all' })).toEqual([]);
    await reader.stop();
  });

  it('pages by cursor without gap or repetition', async () => {
    const reader = aReader();
    const context = aContext();
    await Promise.all(Array.from({ length: 25 }, () => opened.log.record(anEntry({ context }))));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await reader.list(
        { userId: context.userId, limit: 10, ...(before === undefined ? {} : { before }) },
        { kind: 'all' },
      );
      seen.push(...page.rows.map((row) => row.id));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toEqual([...seen].sort().reverse());
    await reader.stop();
  });
});
