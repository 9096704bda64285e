import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandLine } from './support/command-line.ts';
import { ACTING, type RecordedCalls, recordedCalls } from './support/recorded-calls.ts';

// Each command is a process of its own, and a test runs several.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

let recorded: RecordedCalls;
let shell: CommandLine;
let traceId: string;
beforeAll(async () => {
  recorded = await recordedCalls();
  ({ shell, traceId } = recorded);
});
afterAll(() => recorded.end());

describe('what others sent and got back', () => {
  it('withholds what others sent and got back, but for a reason, which is a row', async () => {
    const withheld = await shell.run(['infra', 'logs', 'audit', traceId, '--full']);
    expect(withheld.stdout).toContain("Another's content, withheld");
    expect(withheld.stdout).not.toContain('the input');
    const asked = ['infra', 'logs', 'audit', traceId, '--full', '--reason'];
    expect((await shell.run([...asked, '  '])).code).toBe(2);
    const shown = await shell.run([...asked, 'incident 4711', '--json']);
    expect(shown.stdout).toContain('the input');
    const { rows } = await shell.data('infra', 'logs', 'audit', 'list', '--event', 'content.revealed');
    const [{ id }] = rows as [{ id: string }];
    const record = await shell.data('infra', 'logs', 'audit', id);
    expect(record.rows).toMatchObject([
      { action: 'infra logs audit', evaluation: { detail: { reason: 'incident 4711', rows: 3 } } },
    ]);
  });

  it('withholds it from SQL in the same way, over every row', async () => {
    const sql = `select event, evaluation from audit_log where trace_id = '${traceId}' order by id`;
    const masked = await shell.data('infra', 'db', 'query', sql);
    expect(masked.row_count).toBe(3);
    expect(masked.rows).toMatchObject([{ evaluation: { content: { withheld: true } } }, {}, {}]);
    expect(JSON.stringify(masked)).not.toContain('the input');
    const shown = await shell.data('infra', 'db', 'query', sql, '--reason', 'incident 4712');
    expect(JSON.stringify(shown)).toContain('the input');
    const { rows } = await shell.data('infra', 'logs', 'audit', 'list', '--event', 'content.revealed');
    expect((rows as object[])[0]).toMatchObject({ action: 'infra db query' });
  });

  it('shows who may read their own rows those alone, by whichever command', async () => {
    const maya = new CommandLine({ ...shell.environment });
    try {
      const { user_id: mayaId } = await maya.data(
        'admin',
        'session',
        'login',
        '--email',
        'maya@example.test',
      );
      const { rows } = await maya.data('infra', 'logs', 'audit', 'list', '--limit', '200');
      expect(new Set((rows as { user_id: string }[]).map((row) => row.user_id))).toEqual(new Set([mayaId]));
      const exported = await maya.run(['infra', 'logs', 'export']);
      const owners = exported.stdout.trimEnd().split('\n');
      expect(new Set(owners.map((line) => JSON.parse(line).user_id))).toEqual(new Set([mayaId]));
      expect(await maya.data('infra', 'logs', 'request', 'stats')).toMatchObject({ total: 0 });
      for (const args of [
        ['infra', 'logs', 'audit', traceId],
        ['infra', 'logs', 'trace', 'show', traceId],
      ])
        expect((await maya.run(args)).code).toBe(1);
      for (const args of [
        ['infra', 'logs', 'audit', traceId, '--full', '--reason', 'curious'],
        ['infra', 'logs', 'export', '--content', '--reason', 'curious'],
        ['infra', 'db', 'query', 'select 1'],
      ])
        expect((await maya.run(args)).code).toBe(3);
    } finally {
      await shell.data('admin', 'session', 'switch', 'admin@localhost');
      maya.remove();
    }
  });

  it('exports to standard output and to a file of its own, content only with a reason, on record', async () => {
    const plain = await shell.run([
      'infra',
      'logs',
      'export',
      '--event',
      'tool_call.decided',
      '--format',
      'ocsf',
    ]);
    expect(plain.code).toBe(0);
    expect(
      plain.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).class_uid),
    ).toEqual([6003, 6003]);
    expect(plain.stdout).not.toContain('the input');
    const file = join(shell.folder, 'rows.csv');
    const asked = [
      'infra',
      'logs',
      'export',
      '--format',
      'csv',
      '--output',
      file,
      '--content',
      '--reason',
      'a test',
    ];
    expect((await shell.run(asked)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const csv = readFileSync(file, 'utf8');
    expect(csv).toContain('the input');
    expect(csv.replaceAll('\n', '')).not.toMatch(ACTING);
    expect((await shell.run(asked)).code).toBe(1);
    const own = await shell.run(['infra', 'logs', 'export', '--content']);
    expect(own.code).toBe(0);
    expect(own.stdout).not.toContain('the input');
    expect((await shell.run(['infra', 'logs', 'export', '--reason', 'a test'])).code).toBe(2);
    const { rows } = await shell.data('infra', 'logs', 'audit', 'list', '--event', 'content.revealed');
    expect(rows).toMatchObject([
      { action: 'infra logs export' },
      { action: 'infra db query' },
      { action: 'infra logs audit' },
    ]);
    const logs = await shell.run([
      'infra',
      'logs',
      'export',
      '--source',
      'logs',
      '--level',
      'warn',
      '--limit',
      '1',
    ]);
    expect(JSON.parse(logs.stdout)).toMatchObject({ level: 'warn' });
  });
});
