import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@gatehouse/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

const START = fileURLToPath(new URL('../../../tools/run/start.mjs', import.meta.url));
const TOKEN = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
let shell: CommandLine;
let server: ChildProcess;

beforeAll(async () => {
  await build('cli', 'server');
  shell = new CommandLine({ PORT: String(await freePort()) });
});

afterAll(() => shell.remove());

describe('without a running server', () => {
  it.each([
    [['plugins', 'mcp', 'status']],
    [['plugins', 'mcp', 'tools']],
    [['plugins', 'mcp', 'restart', 'filesystem']],
    [['plugins', 'mcp', 'call', 'filesystem', 'list_directory']],
  ])('%j says how to start it', async (args) => {
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/the server does not answer at .*\n {2}Start it with: npm start/);
  });

  it('lists what is configured, and says that nothing runs', async () => {
    const { servers } = await shell.data('plugins', 'mcp', 'list');
    expect((servers as { name: string }[]).map(({ name }) => name)).toContain('filesystem');
    const { server: state, services } = await shell.data('infra', 'services', 'status');
    expect(state).toBeNull();
    expect(services).toMatchObject([
      { name: 'server', status: 'stopped' },
      { name: 'database', status: 'stopped' },
      {},
      {},
      {},
      { name: 'gatehouse' },
    ]);
  });
});

describe('with a running server', () => {
  beforeAll(async () => {
    server = spawn(process.execPath, [START], {
      env: shell.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      server.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Gatehouse listens on')) resolve();
      });
      server.once('exit', () => reject(new Error(said)));
    });
  });

  afterAll(async () => {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  });

  it('shows what runs', async () => {
    const { server: state, services } = await shell.data('infra', 'services', 'status');
    expect(state).toMatchObject({ ready: true });
    expect(services).toMatchObject([
      { status: 'ready' },
      { name: 'database', status: 'running' },
      {},
      {},
      {},
      { name: 'gatehouse', status: 'ready' },
    ]);
  });

  it('lists the tools of one server', async () => {
    const { tools } = await shell.data('plugins', 'mcp', 'tools', '--server', 'filesystem');
    expect((tools as { name: string }[]).map(({ name }) => name)).toContain('list_directory');
  });

  it('calls a tool, and the audit log holds the call under the trace id that it prints', async () => {
    const answer = await shell.data(
      'plugins',
      'mcp',
      'call',
      'filesystem',
      'list_directory',
      '--args',
      '{"path":"."}',
    );
    expect(answer).toMatchObject({ success: true, denied: false, content: [{ type: 'text' }] });
    const { rows } = await shell.data('infra', 'logs', 'audit', answer.trace_id as string, '--full');
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'tool_call.decided', decision: 'allow' }),
        expect.objectContaining({ event: 'tool_call.completed', action: 'mcp__filesystem__list_directory' }),
      ]),
    );
  });

  it('reads the arguments from standard input, where no other process sees them', async () => {
    const args = ['plugins', 'mcp', 'call', 'filesystem', 'list_directory', '--args', '-'];
    expect(await shell.run(args, { input: '{"path":"."}' })).toMatchObject({ code: 0 });
  });

  it('exits 3 when the call is denied, and shows no credential of it', async () => {
    const args = ['plugins', 'mcp', 'call', 'filesystem', 'read_text_file', '--args', '-', '--json'];
    const { code, stdout, stderr } = await shell.run(args, { input: JSON.stringify({ path: TOKEN }) });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).data).toMatchObject({ success: false, denied: true });
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(
      (await shell.run(['infra', 'logs', 'audit', JSON.parse(stdout).data.trace_id, '--full'])).stdout,
    ).not.toContain(TOKEN);
  });

  it.each([
    [['plugins', 'mcp', 'call', 'nothing', 'x'], 1],
    [['plugins', 'mcp', 'call', 'filesystem', 'nothing'], 1],
    [['plugins', 'mcp', 'call', 'filesystem', 'list_directory', '--args', '[]'], 2],
    [['plugins', 'mcp', 'call', 'filesystem', 'list_directory', '--args', '{"a":1,"a":2}'], 2],
    [['plugins', 'mcp', 'status', 'nothing'], 1],
    [['plugins', 'mcp', 'restart', 'nothing'], 1],
    [['plugins', 'mcp', 'tools', '--server', 'nothing'], 1],
  ])('%j exits with %i', async (args, code) => {
    expect(await shell.run(args)).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(/^Error: ./),
    });
  });

  it('restarts a server, which a user may not', async () => {
    expect(await shell.data('plugins', 'mcp', 'restart', 'filesystem')).toMatchObject({
      server: { state: 'ready' },
    });
    await shell.run(['admin', 'session', 'login', '--email', 'maya@example.test']);
    expect(await shell.run(['plugins', 'mcp', 'restart', 'filesystem'])).toMatchObject({ code: 3 });
  });
});
