import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { RawClient, textOf } from './an-mcp-client.ts';

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);

let door: TestDoor;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'clients-'));
  door = await aDoor({ servers: { thinking: { command: 'mcp-server-sequential-thinking' } } });
});
afterAll(async () => {
  await door.stop();
  rmSync(home, { recursive: true });
});

/** Where a package's own command is. */
function bin(name: string, command: string): string {
  const manifest = resolve(`${name}/package.json`);
  const { bin: bins } = createRequire(manifest)(manifest) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bins === 'string' ? bins : bins[command]!);
}

const tokenFor = (server: string) => door.token({ resource: `mcp/${server}`, role: 'admin' });

describe('MCP Inspector, on its command line', () => {
  async function inspect(server: string, ...args: string[]): Promise<JsonObject> {
    const header = `Authorization: Bearer ${await tokenFor(server)}`;
    const url = `${door.url}/mcp/${server}`;
    const { stdout } = await run(
      process.execPath,
      [
        bin('@modelcontextprotocol/inspector', 'mcp-inspector'),
        '--cli',
        url,
        '--transport',
        'http',
        '--header',
        header,
        ...args,
      ],
      { env: { ...process.env, HOME: home } },
    );
    return JSON.parse(stdout) as JsonObject;
  }

  it('lists and calls', async () => {
    const { tools } = await inspect('everything', '--method', 'tools/list');
    expect((tools as { name: string }[]).map(({ name }) => name)).toContain('echo');
    const called = await inspect(
      'everything',
      '--method',
      'tools/call',
      '--tool-name',
      'echo',
      '--tool-arg',
      'message=hello',
    );
    expect(called.content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
  });
});

describe('mcp-remote', () => {
  it('bridges a client on standard input and output', async () => {
    const token = await tokenFor('everything');
    const bridge: ChildProcess = spawn(
      process.execPath,
      [
        bin('mcp-remote', 'mcp-remote'),
        `${door.url}/mcp/everything`,
        '--transport',
        'http-only',
        '--header',
        `Authorization:Bearer ${token}`,
      ],
      { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, HOME: home } },
    );
    const lines = createInterface({ input: bridge.stdout! });
    const ask = async (message: JsonObject): Promise<JsonObject> => {
      const answered = Promise.withResolvers<JsonObject>();
      const read = (line: string) => {
        const heard = JSON.parse(line) as JsonObject;
        if (heard.id === message.id) answered.resolve(heard);
      };
      lines.on('line', read);
      bridge.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      const answer = await answered.promise;
      lines.off('line', read);
      return answer;
    };
    const clientInfo = { name: 'bridged', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    expect(await ask({ id: 1, method: 'initialize', params })).toMatchObject({ id: 1, result: {} });
    bridge.stdin!.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const call = { name: 'echo', arguments: { message: 'over the bridge' } };
    expect(await ask({ id: 2, method: 'tools/call', params: call })).toMatchObject({
      result: { content: [{ text: 'Echo: over the bridge' }] },
    });
    bridge.kill();
    await once(bridge, 'close');
  });
});

describe('the sequential-thinking server', () => {
  it('lists and calls', async () => {
    const client = new RawClient(door, 'thinking', await tokenFor('thinking'));
    await client.initialize();
    const { tools } = (await client.request('tools/list')).message.result as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toEqual(['sequentialthinking']);
    const thought = { thought: 'first', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
    expect(textOf(await client.call('sequentialthinking', thought))).toContain('"thoughtNumber": 1');
  });
});
