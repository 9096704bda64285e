import { LogStore } from '@gatehouse/audit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandLine } from './support/command-line.ts';
import { ACTING, type RecordedCalls, recordedCalls, scanner } from './support/recorded-calls.ts';

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
      expect(stdout, command.join(' ')).not.toMatch(ACTING);
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
    const store = new LogStore({ config: recorded.held.clientConfig('server'), scanner });
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
      {
        action: 'mcp__filesystem__read_text_file',
        status: 'ok',
        duration_ms: 12,
        request_id: recorded.requestId,
      },
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
    expect(await shell.data('infra', 'logs', 'request', 'show', recorded.requestId)).toMatchObject({
      rows: [{}, {}, {}],
    });
  });

  it('shows a trace with its rows and its log lines in the order of time', async () => {
    expect(await shell.data('infra', 'logs', 'trace', 'list')).toMatchObject({
      traces: [{ trace_id: traceId, calls: 2, denied: 1, failed: 0, open: 0 }],
    });
    const { timeline, decided, denied } = await shell.data(
      'infra',
      'logs',
      'trace',
      'show',
      recorded.requestId,
    );
    expect({ decided, denied }).toEqual({ decided: 2, denied: 1 });
    expect((timeline as { what: string }[]).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['tool_call.decided', 'tool_call.completed', 'log.info']),
    );
    expect((await shell.run(['infra', 'logs', 'trace', 'show', 'f'.repeat(32)])).code).toBe(1);
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
