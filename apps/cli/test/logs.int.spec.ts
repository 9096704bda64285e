import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLog, type AuditResult, LogStore, ScannedValue } from '@gatehouse/audit';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import {
  type ClientId,
  type ContextId,
  newId,
  newTraceId,
  RequestContext,
  type SessionId,
  type TaskId,
  type UserId,
} from '@gatehouse/kernel';
import { createScanner } from '@gatehouse/secret-scanner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

// Each command is a process of its own, and a test runs several.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const scanner = createScanner();
const HOSTILE = '\u001b]0;owned\u0007 =cmd|calc \u202eexe';
let shell: CommandLine;
let held: Database;
let traceId: string;
let requestId: string;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
  // Roles and the first admin come with the first command.
  await shell.data('admin', 'session', 'show');
  const logs = new LogStore({ config: held.clientConfig('server'), scanner });
  const audit = new AuditLog({
    config: held.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  logs.start();
  await audit.start();
  const context = RequestContext.of({
    userId: newId<UserId>(),
    sessionId: newId<SessionId>(),
    rootSessionId: newId<SessionId>(),
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
    clientId: 'claude-code' as ClientId,
    role: 'user',
    agentId: null,
  });
  traceId = context.traceId;
  const call = {
    context,
    action: 'mcp__filesystem__read_text_file',
    policy: 'default_allow',
    decision: 'allow',
    reason: HOSTILE,
  } as const;
  const input = ScannedValue.of(scanner, { path: 'the input' });
  const decided = await audit.record({ ...call, event: 'tool_call.decided', input });
  requestId = decided.id;
  const result: AuditResult = {
    status: 'ok',
    error: null,
    tokens: null,
    durationMs: 12,
    reportedBy: 'gatehouse',
    output: ScannedValue.of(scanner, { text: 'the output' }),
  };
  await audit.record({ ...call, event: 'tool_call.completed', inputCommitment: decided.commitment, result });
  await audit.record({
    ...call,
    event: 'tool_call.decided',
    action: 'Bash',
    decision: 'deny',
    policy: 'blocklisted',
    input,
  });
  logs.push(
    JSON.stringify({
      level: 30,
      time: Date.now(),
      context: 'policy',
      msg: `in force ${HOSTILE}`,
      trace_id: traceId,
    }),
  );
  logs.push(
    JSON.stringify({
      level: 40,
      time: Date.now(),
      context: 'storage',
      msg: '85 % of the disk budget is used',
    }),
  );
  await logs.stop();
  await audit.stop();
});
afterAll(async () => {
  await held.close();
  shell.remove();
});

const NOTHING_ACTS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

describe('infra logs', () => {
  it('views the last lines, narrows and searches them', async () => {
    const { logs } = await shell.data('infra', 'logs', 'view');
    expect(logs).toMatchObject([{ module: 'policy' }, { module: 'storage', level: 'warn' }]);
    expect(await shell.data('infra', 'logs', 'view', '--level', 'warn')).toMatchObject({ total: 1 });
    expect(await shell.data('infra', 'logs', 'search', 'DISK budget')).toMatchObject({
      logs: [{ level: 'warn' }],
    });
    const found = await shell.data('infra', 'logs', 'search', 'FILESYSTEM');
    expect(found).toMatchObject({ logs: [], total: 2 });
    expect(found.rows).toMatchObject([{ event: 'tool_call.decided' }, { event: 'tool_call.completed' }]);
    expect(JSON.stringify(await shell.data('infra', 'logs', 'search', 'the input'))).not.toContain('decided');
    expect(await shell.data('infra', 'logs', 'summary')).toMatchObject({
      total: 2,
      by_level: [{ lines: 1 }, { lines: 1 }],
    });
  });

  it('shows no line that acts on the terminal', async () => {
    for (const command of [['view'], ['trace', 'show', traceId]]) {
      const { stdout, code } = await shell.run(['infra', 'logs', ...command]);
      expect(code, command.join(' ')).toBe(0);
      expect(stdout, command.join(' ')).not.toMatch(NOTHING_ACTS);
      expect(stdout).toContain('owned');
    }
  });

  it('streams lines as they come, each once, and ends when told to', async () => {
    const streaming = shell.run([
      'infra',
      'logs',
      'stream',
      '--interval',
      '200',
      '--lines',
      '3',
      '--for',
      '20',
      '--json',
    ]);
    const store = new LogStore({ config: held.clientConfig('server'), scanner });
    store.start();
    store.push(JSON.stringify({ level: 50, time: Date.now(), context: 'storage', msg: 'as it comes' }));
    await store.stop();
    const { code, stdout } = await streaming;
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ module }) => module)).toEqual(['policy', 'storage', 'storage']);
    expect(lines[2]).toMatchObject({ level: 'error', message: 'as it comes' });
  });

  it('lists calls with their ends, by tool too, and counts them', async () => {
    const { requests } = await shell.data('infra', 'logs', 'request', 'list');
    expect(requests).toMatchObject([
      { action: 'Bash', decision: 'deny', status: 'denied', duration_ms: null },
      { action: 'mcp__filesystem__read_text_file', status: 'ok', duration_ms: 12, request_id: requestId },
    ]);
    expect(
      await shell.data(
        'infra',
        'logs',
        'tools',
        'list',
        '--server',
        'filesystem',
        '--name',
        'read_text_file',
      ),
    ).toMatchObject({ total: 1 });
    expect(await shell.data('infra', 'logs', 'request', 'list', '--kind', 'model')).toMatchObject({
      total: 0,
    });
    expect(await shell.data('infra', 'logs', 'request', 'stats')).toMatchObject({ total: 2, denied: 1 });
    expect(await shell.data('infra', 'logs', 'request', 'show', requestId)).toMatchObject({
      rows: [{}, {}, {}],
    });
  });

  it('shows a trace with its rows and its log lines in the order of time', async () => {
    expect(await shell.data('infra', 'logs', 'trace', 'list')).toMatchObject({
      traces: [{ trace_id: traceId, calls: 2, denied: 1, failed: 0, open: 0 }],
    });
    const { timeline, decided, denied } = await shell.data('infra', 'logs', 'trace', 'show', requestId);
    expect({ decided, denied }).toEqual({ decided: 2, denied: 1 });
    expect((timeline as { what: string }[]).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['tool_call.decided', 'tool_call.completed', 'log.info']),
    );
    expect((await shell.run(['infra', 'logs', 'trace', 'show', 'f'.repeat(32)])).code).toBe(1);
  });

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
    expect(csv.replaceAll('\n', '')).not.toMatch(NOTHING_ACTS);
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

  it('shows no sinks where none is configured', async () => {
    expect(await shell.data('infra', 'logs', 'sinks')).toEqual({ sinks: [] });
  });

  it('lets a user without the permission see their own calls and no log', async () => {
    await shell.run(['admin', 'session', 'login', '--email', 'maya@example.test']);
    expect((await shell.run(['infra', 'logs', 'view'])).code).toBe(3);
    expect(await shell.data('infra', 'logs', 'trace', 'list')).toMatchObject({ traces: [] });
    expect((await shell.run(['infra', 'logs', 'trace', 'show', traceId])).code).toBe(1);
  });
});
