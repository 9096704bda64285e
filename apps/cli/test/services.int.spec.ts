import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@gatehouse/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

const TOKEN = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
let shell: CommandLine;
let port: number;

beforeAll(async () => {
  await build('cli', 'server');
  port = await freePort();
  shell = new CommandLine({ PORT: String(port) });
});

afterAll(async () => {
  await shell.run(['infra', 'services', 'stop']);
  shell.remove();
});

const pidFile = () => join(shell.folder, 'state/server.pid');

describe('the server in the background', () => {
  it('is not started where the port is taken', async () => {
    const other = await listening(port);
    const { code, stdout, stderr } = await shell.run(['infra', 'services', 'start']);
    await closed(other);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`port ${port} is taken by another program`);
  });

  it('says why it does not start, and leaves nothing behind', async () => {
    const { code, stderr } = await shell.run(['infra', 'services', 'start'], {
      environment: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('the server did not start');
    expect(existsSync(pidFile())).toBe(false);
  });

  it('takes calls when the command ends, and outlives it', async () => {
    const first = await shell.data('infra', 'services', 'start');
    expect(first).toMatchObject({ started: true, url: `http://localhost:${port}` });
    expect(statSync(pidFile()).mode & 0o777).toBe(0o600);
    expect(await shell.data('infra', 'services', 'status')).toMatchObject({ server: { ready: true } });
    expect(await shell.data('infra', 'services', 'start')).toMatchObject({ started: false, pid: first.pid });
  });

  it("shows what an MCP server's processes wrote", async () => {
    await shell.data('plugins', 'mcp', 'call', 'filesystem', 'list_directory', '--args', '{"path":"."}');
    const { lines } = await shell.data('plugins', 'mcp', 'logs', 'filesystem');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pid: expect.any(Number), text: expect.any(String) }),
      ]),
    );
    expect(await shell.run(['plugins', 'mcp', 'logs', 'nothing'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('is stopped, once', async () => {
    const { pid } = JSON.parse(readFileSync(pidFile(), 'utf8'));
    expect(await shell.data('infra', 'services', 'stop')).toEqual({ stopped: true, pid });
    expect(await shell.data('infra', 'services', 'status')).toMatchObject({ server: null });
    expect(existsSync(pidFile())).toBe(false);
    expect(await shell.data('infra', 'services', 'stop')).toEqual({ stopped: false, pid: null });
  });

  it('is not mistaken for another process that has its number', async () => {
    writeFileSync(pidFile(), JSON.stringify({ pid: process.pid, identity: 'another boot/1' }));
    expect(await shell.data('infra', 'services', 'stop')).toEqual({ stopped: false, pid: null });
  });
});

describe('users', () => {
  it.each([
    ['MAYA', ['maya@example.test']],
    ['@example.test', ['jon@example.test', 'maya@example.test']],
    ['%', []],
    ['_', []],
  ])('that match %s are found', async (part, emails) => {
    const { users } = await shell.data('admin', 'users', 'search', part);
    expect((users as { email: string }[]).map(({ email }) => email).sort()).toEqual(emails);
  });
});

describe('a profile', () => {
  it('is created once, its password read from standard input and shown to nobody', async () => {
    const args = ['cloud', 'profile', 'create', 'staging', '--port', '9000', '--database-url', '-', '--json'];
    const input = `postgres://gate:${TOKEN}@db.example.test/gate\n`;
    const { code, stdout, stderr } = await shell.run(args, { input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(TOKEN);
    expect(JSON.parse(stdout).data).toMatchObject({ name: 'staging', port: 9000 });
    expect(await shell.run(args, { input })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists already'),
    });
  });

  it('is not left behind where a value is wrong', async () => {
    expect(await shell.run(['cloud', 'profile', 'create', 'wrong', '--public-url', 'nowhere'])).toMatchObject(
      { code: 1 },
    );
    const { profiles } = await shell.data('cloud', 'profile', 'list');
    expect((profiles as { name: string }[]).map(({ name }) => name)).toEqual(['local', 'staging']);
  });
});

async function listening(at: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
