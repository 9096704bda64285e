import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';

let door: TestDoor;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  // As root each server has a user id of its own, which has to be let in.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'greeting.txt'), 'good morning');
  door = await aDoor({ servers: { filesystem: { command: 'mcp-server-filesystem', args: [folder] } } });
});
afterAll(async () => {
  await door.stop();
  rmSync(folder, { recursive: true });
});

async function transportOptions(server: string) {
  const token = await door.token({ resource: `mcp/${server}`, role: 'admin' });
  return { requestInit: { headers: { authorization: `Bearer ${token}` } } };
}

const urlOf = (server: string): URL => new URL(`${door.url}/mcp/${server}`);

async function firstGeneration(server: string): Promise<Client> {
  const client = new Client({ name: 'test-v1', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(urlOf(server), await transportOptions(server)) as never,
  );
  return client;
}

async function secondGeneration(server: string, mode: 'auto' | 'legacy'): Promise<ModernClient> {
  const client = new ModernClient({ name: 'test-v2', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new ModernTransport(urlOf(server), await transportOptions(server)));
  return client;
}

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe('the first generation of the SDK', () => {
  it('connects and lists without starting anything, calls, and ends the child with its session', async () => {
    const before = door.spawns('everything');
    const client = await firstGeneration('everything');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    expect((await client.listResources()).resources.length).toBeGreaterThan(0);
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    await client.ping();
    expect(door.spawns('everything')).toBe(before);
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hello' } }))).toBe(
      'Echo: hello',
    );
    expect(door.spawns('everything')).toBe(before + 1);
    await (client.transport as StreamableHTTPClientTransport).terminateSession();
    await client.close();
    expect(door.servers.find('everything')?.children).toBe(0);
  });

  it('gets progress, resources, prompts and completions through the door', async () => {
    const client = await firstGeneration('everything');
    const progress: number[] = [];
    const result = await client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      undefined,
      { onprogress: (step) => progress.push(step.progress) },
    );
    expect(textOf(result)).toContain('Long running operation completed');
    expect(progress).toEqual([1, 2, 3]);
    const { resources } = await client.listResources();
    expect((await client.readResource({ uri: resources[0]!.uri })).contents).toHaveLength(1);
    const { prompts } = await client.listPrompts();
    const plain = prompts.find((prompt) => (prompt.arguments ?? []).length === 0)!;
    expect((await client.getPrompt({ name: plain.name })).messages.length).toBeGreaterThan(0);
    await client.close();
  });

  it('reads files through the filesystem server, within its roots', async () => {
    const client = await firstGeneration('filesystem');
    const path = join(folder, 'greeting.txt');
    expect(textOf(await client.callTool({ name: 'read_text_file', arguments: { path } }))).toBe(
      'good morning',
    );
    const outside = await client.callTool({ name: 'read_file', arguments: { path: '/etc/hostname' } });
    expect(outside.isError).toBe(true);
    await client.close();
  });

  it('remembers through the memory server', async () => {
    const client = await firstGeneration('memory');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('read_graph');
    const graph = textOf(await client.callTool({ name: 'read_graph', arguments: {} }));
    expect(JSON.parse(graph)).toHaveProperty('entities');
    await client.close();
  });
});

describe('the second generation of the SDK', () => {
  it('speaks the stateless revision with a server that has none, and asking for it is no row', async () => {
    await door.rows();
    const client = await secondGeneration('everything', 'auto');
    expect(client.getNegotiatedProtocolVersion?.()).toBe('2026-07-28');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'v2' } }))).toBe('Echo: v2');
    expect((await door.rows()).map(({ event }) => event)).toEqual([
      'tool_call.decided',
      'tool_call.completed',
    ]);
    await client.close();
  });

  it('speaks the stateless revision with a server that has it', async () => {
    const before = door.spawns('modern');
    const client = await secondGeneration('modern', 'auto');
    expect(client.getNegotiatedProtocolVersion?.()).toBe('2026-07-28');
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('greet');
    expect(door.spawns('modern')).toBe(before);
    expect(textOf(await client.callTool({ name: 'greet' }))).toBe('hello from modern');
    const progress: number[] = [];
    await client.callTool({ name: 'steps' }, { onprogress: (step) => progress.push(step.progress) });
    expect(progress).toEqual([1, 2, 3]);
    expect((await client.readResource({ uri: 'note://one' })).contents).toMatchObject([{ text: 'a note' }]);
    expect((await client.getPrompt({ name: 'hello' })).messages).toHaveLength(1);
    await client.close();
  });

  it('speaks the handshake with the same server, to another child', async () => {
    const client = await secondGeneration('modern', 'legacy');
    expect(textOf(await client.callTool({ name: 'greet' }))).toBe('hello from legacy');
    await client.close();
  });
});
