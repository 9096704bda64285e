import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, systemContext } from '@gatehouse/audit';
import { driftHash, McpDefinitions, McpPins } from '@gatehouse/mcp-spawner';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpServerAdministration } from '../../src/mcp-servers/mcp-server-administration.ts';
import { RUG_PULL_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from '../mcp/a-door.ts';
import { codeOf, RawClient, textOf } from '../mcp/an-mcp-client.ts';

let folder: string;
let program: string;
let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pins-'));
  // The server runs as a user of its own.
  chmodSync(folder, 0o755);
  program = join(folder, 'server.mjs');
  copyFileSync(RUG_PULL_SERVER, program);
  chmodSync(program, 0o755);
  offers('honest');
  const env = { OFFER: join(folder, 'offer') };
  door = await aDoor({
    servers: {
      puller: { command: program, env },
      packaged: { command: aPackage(join(folder, 'node_modules/packaged')), env },
    },
  });
  client = new RawClient(door, 'puller', await door.token({ resource: 'mcp/puller' }));
});
afterAll(async () => {
  await door.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await client.initialize();
  await door.rows();
});
/** Whatever a test did, the next begins with an honest, approved server. */
afterEach(async () => {
  copyFileSync(RUG_PULL_SERVER, program);
  offers('honest');
  await refresh().catch(() => {});
  await approveAll();
  await refresh();
  await approveAll();
});

/** A server whose entry file does nothing but load another file of its package. */
function aPackage(path: string): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), '{"name": "packaged", "version": "1.0.0", "type": "module"}');
  copyFileSync(RUG_PULL_SERVER, join(path, 'server.mjs'));
  const entry = join(path, 'entry.mjs');
  writeFileSync(entry, "#!/usr/bin/env node\nimport './server.mjs';\n");
  chmodSync(entry, 0o755);
  return entry;
}

function offers(what: string): void {
  writeFileSync(join(folder, 'offer'), what);
}

const pins = () => door.app.get(McpPins);
const refresh = () => door.app.get(McpDefinitions).refresh('puller');

async function approveAll(): Promise<void> {
  const held = pins().held('puller');
  if (held.length > 0) await pins().approve('puller', driftHash(held), systemContext());
}

async function listed(): Promise<readonly string[]> {
  const { message } = await client.request('tools/list');
  return (message.result as { readonly tools: readonly { readonly name: string }[] }).tools.map(
    ({ name }) => name,
  );
}

describe('a server that is seen for the first time', () => {
  it('is approved as it is, on record', async () => {
    expect(await listed()).toEqual(['add', 'note']);
    expect(textOf(await client.call('add'))).toBe('honest');
    expect(pins().held('puller')).toEqual([]);
  });
});

describe('a tool that is not as it was approved', () => {
  it.each([
    ['another description', 'description', 'add'],
    ['another schema', 'schema', 'add'],
    ['another annotation', 'annotation', 'add'],
    ['a new tool', 'new', 'extra'],
  ])(
    'for %s is in no list, and a call of it is denied before anything is started',
    async (_what, offer, tool) => {
      offers(offer);
      await refresh();
      expect(await listed()).not.toContain(tool);
      expect(await listed()).toContain('note');
      const before = door.spawns('puller');
      const denied = await client.call(tool);
      expect(textOf(denied)).toMatch(/^\[GOVERNANCE\] .* \(tool_changed\)$/);
      expect(door.spawns('puller')).toBe(before);
      expect(await door.rows()).toMatchObject([{ decision: 'deny', policy: 'tool_changed' }]);
      expect(textOf(await client.call('note'))).toBe(offer);
    },
  );

  it('is used again once it is approved, and not by an approval of something else', async () => {
    offers('description');
    await refresh();
    const shown = driftHash(pins().held('puller'));
    offers('schema');
    await refresh();
    await expect(pins().approve('puller', shown, systemContext())).rejects.toThrow('other changes are held');
    expect(textOf(await client.call('add'))).toContain('(tool_changed)');
    await approveAll();
    expect(textOf(await client.call('add'))).toBe('schema');
    expect(await listed()).toContain('add');
  });

  it('that went back to what was approved needs no approval', async () => {
    offers('description');
    await refresh();
    offers('honest');
    await refresh();
    expect(pins().held('puller')).toEqual([]);
  });

  it('is held after the process said itself that its lists changed', async () => {
    await client.call('add');
    offers('description');
    expect(textOf(await client.call('note', { announce: true }))).toBe('description');
    await expect.poll(() => pins().held('puller').length, { timeout: 15_000 }).toBe(1);
    expect(textOf(await client.call('add'))).toContain('(tool_changed)');
  });

  it('keeps changed instructions from every model', async () => {
    expect(JSON.stringify((await client.initialize()).message)).toContain('Adds and notes.');
    offers('instructions');
    await refresh();
    const hello = JSON.stringify((await client.initialize()).message);
    expect(hello).not.toContain('instructions');
    expect(hello).not.toContain('Ignore');
  });
});

describe('a program that is not the one that was approved', () => {
  it('is not run at all, neither for a call nor to ask it what it offers', async () => {
    await client.call('add');
    await client.request('ping');
    writeFileSync(program, `${readFileSync(RUG_PULL_SERVER, 'utf8')}\n// another program\n`);
    const before = door.spawns('puller');
    const other = new RawClient(door, 'puller', await door.token({ resource: 'mcp/puller' }));
    await other.initialize();
    expect(textOf(await other.call('add'))).toContain('is not the one that was approved');
    await expect(refresh()).rejects.toThrow('is not the one that was approved');
    expect(textOf(await other.call('note'))).toContain('(tool_changed)');
    expect(codeOf(await other.request('resources/read', { uri: 'a://b' }))).toBe(-32_000);
    expect(door.spawns('puller')).toBe(before);
    expect(pins().held('puller')).toMatchObject([{ kind: 'program', before: { kind: 'program' } }]);
    await approveAll();
    await refresh();
    expect(textOf(await other.call('add'))).toBe('honest');
  });
});

describe('a package of which a file that its entry loads was changed', () => {
  it('is not run at all, though entry, version and lock entry are the same', async () => {
    const packaged = new RawClient(door, 'packaged', await door.token({ resource: 'mcp/packaged' }));
    await packaged.initialize();
    expect(textOf(await packaged.call('add'))).toBe('honest');
    const loaded = join(folder, 'node_modules/packaged/server.mjs');
    writeFileSync(loaded, `${readFileSync(RUG_PULL_SERVER, 'utf8')}\n// another program\n`);
    const before = door.spawns('packaged');
    const other = new RawClient(door, 'packaged', await door.token({ resource: 'mcp/packaged' }));
    await other.initialize();
    expect(textOf(await other.call('add'))).toContain('is not the one that was approved');
    expect(door.spawns('packaged')).toBe(before);
    const { changes } = door.app.get(McpServerAdministration, { strict: false }).changes('packaged');
    expect(changes).toMatchObject([{ kind: 'program', change: 'changed' }]);
    expect(changes[0]!.diff).toMatch(/^-.*"package_sha256"[\s\S]*^\+.*"package_sha256"/m);
  });
});

describe('what an operator sees', () => {
  it('is a diff of the definitions in which nothing hides, and what is odd about it', async () => {
    offers('poisoned');
    await refresh();
    const { changes, hash } = door.app.get(McpServerAdministration, { strict: false }).changes('puller');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(changes).toMatchObject([
      { kind: 'tool', name: 'add', change: 'changed', flags: ['hidden_characters', 'instruction_like'] },
    ]);
    expect(changes[0]!.diff).toContain('-  "description": "Adds."');
    expect(changes[0]!.diff).toContain('\\u{200b}');
    expect(changes[0]!.diff).not.toContain('\u200b');
  });

  it('has its row when it is approved, and nothing is approved when that cannot be written', async () => {
    offers('description');
    await refresh();
    const audit = door.app.get(AuditLog);
    const record = audit.record.bind(audit);
    audit.record = () => Promise.reject(new Error('the log is away'));
    await expect(approveAll()).rejects.toThrow('the log is away');
    audit.record = record;
    expect(textOf(await client.call('add'))).toContain('(tool_changed)');
  });
});
