import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aSecretStore, type TestSecrets } from '../../test/a-secret-store.ts';
import {
  aConfiguration,
  anOwner,
  aServer,
  aStartedPool,
  isRunning,
  ROOT,
  type TestPool,
  until,
} from '../../test/a-server.ts';
import type { PooledChild } from '../pool/pooled-child.ts';
import { Cage } from './cage.service.ts';
import type { CageState } from './cage-state.ts';

const IS_ROOT = process.getuid?.() === 0;
const VALUE = 'CANARY of a value that only its tool may know';
let folder: string;
let secrets: TestSecrets;
let running: TestPool | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'caged-'));
  for (const name of ['state', 'keys', 'services', 'work']) mkdirSync(join(folder, name));
  for (const name of ['state', 'keys', 'services']) writeFileSync(join(folder, name, 'content'), 'CANARY');
  secrets = await aSecretStore();
  await secrets.set('TOKEN', VALUE);
});
afterAll(async () => {
  await secrets.end();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

/** A pool whose tools are caged, over an installation with state, keys and services of its own. */
function start(options: Parameters<typeof aServer>[0] = {}, state?: CageState): TestPool {
  const server = aServer({ secrets: { LEAKED: 'TOKEN' }, ...options });
  const other = aServer({ ...server, name: 'sibling' });
  const base = aConfiguration(server, other);
  const installation = {
    ...base.installation,
    stateDir: join(folder, 'state'),
    keyDir: join(folder, 'keys'),
    servicesDir: join(folder, 'services'),
  };
  const configuration = { ...base, installation };
  const cage = new Cage(configuration);
  if (state !== undefined) cage.state = () => Promise.resolve(state);
  running = aStartedPool(configuration, secrets.forServers, cage);
  return running;
}

async function call<T = JsonObject>(child: PooledChild, name: string, args: JsonObject = {}): Promise<T> {
  const outcome = await child.request({ method: 'tools/call', params: { name, arguments: args } });
  if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome));
  const { content } = outcome.result as { content: [{ text: string }] };
  return JSON.parse(content[0].text) as T;
}

const SOME_TIME = String(1_000_000 + Math.floor(Math.random() * 1_000_000));
const left = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(SOME_TIME);
    } catch {
      return false;
    }
  });

describe('a hostile tool in its cage', () => {
  it('reaches nothing of Gatehouse, of a sibling or of its host, and leaves nothing behind', async () => {
    const { pool } = start();
    const socket = join(folder, 'state', 'socket');
    const door = createServer().listen(socket);
    const [child, sibling] = [
      await pool.acquire('hostile', anOwner()),
      await pool.acquire('sibling', anOwner({ isolationKey: 'session-2' })),
    ];
    const hidden = ['state', 'keys', 'services'].map((name) => join(folder, name));
    const report = await call<Record<string, Record<string, string>> & { uid: number; processes: number }>(
      child,
      'escape',
      {
        paths: [...hidden, secrets.keyDir, `${homedir()}/.ssh`, '/run/user'],
        writes: [
          join(ROOT, 'package.json'),
          join(ROOT, 'apps/owned'),
          '/usr/owned',
          join(folder, 'state/owned'),
        ],
        pids: [process.pid, process.ppid, child.pid, sibling.pid],
        sockets: [socket],
        marker: SOME_TIME,
      },
    );
    door.close();
    if (IS_ROOT) expect(report.uid).toBeGreaterThan(61_000);
    expect(report.status).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/CapEff:\s0+$/),
        expect.stringMatching(/NoNewPrivs:\s1/),
      ]),
    );
    expect(report).toMatchObject({ core: '0', environments: expect.any(Number) });
    expect(report.processes).toBeLessThan(8);
    for (const found of [...Object.values(report.read!), ...Object.values(report.readFiles!)]) {
      expect(found).toMatch(/^(?:ENOENT|EACCES|EISDIR|empty)$/);
    }
    for (const found of Object.values(report.wrote!)) expect(found).toMatch(/^(?:EROFS|EACCES|ENOENT)$/);
    expect(JSON.stringify(report.uncovered)).not.toMatch(/content|id_/);
    expect(JSON.stringify(report.root)).not.toContain('uid=0');
    expect(Object.values(report.connected!)).toEqual(['ENOENT']);
    expect(left().length).toBeGreaterThan(0);
    await pool.endAll('hostile');
    await until(() => left().length === 0);
    expect([process.pid, sibling.pid].every(isRunning)).toBe(true);
  });

  it('finds its own folder, its roots and its program, and may write to what is its own', async () => {
    const work = join(folder, 'work');
    writeFileSync(join(work, 'given'), 'to work on');
    const { pool } = start({ args: [work] });
    const child = await pool.acquire('hostile', anOwner());
    const { env, cwd } = await call<{ env: Record<string, string>; cwd: string }>(child, 'print_env');
    expect(cwd).toBe(ROOT);
    const own = ['GATEHOUSE_CHILD', 'HOME', 'LANG', 'LEAKED', 'PATH', 'PWD', 'TMPDIR', 'TZ'];
    expect(Object.keys(env).sort()).toEqual(own);
    const report = await call<Record<string, Record<string, string>>>(child, 'escape', {
      paths: [join(work, 'given'), work],
      writes: [join(env.HOME!, 'mine'), '/tmp/mine'],
    });
    expect(report.readFiles![join(work, 'given')]).toBe('to work on');
    expect(Object.values(report.wrote!)).toEqual(['written', 'written']);
  });

  it('that keeps what it knows in the folder of its process finds it again', async () => {
    const env = { MEMORY_FILE_PATH: '$'.concat('{folder}/memory.jsonl') };
    const { pool } = start({ name: 'remembers', command: 'mcp-server-memory', env, secrets: {} });
    const child = await pool.acquire('remembers', anOwner());
    const entities = [{ name: 'quarter', entityType: 'time', observations: ['ends on 4 December'] }];
    const params = { name: 'create_entities', arguments: { entities } };
    expect(JSON.stringify(await child.request({ method: 'tools/call', params }))).not.toContain('isError');
    const read = await child.request({ method: 'tools/call', params: { name: 'read_graph', arguments: {} } });
    expect(JSON.stringify(read)).toContain('ends on 4 December');
  });

  it('is ended when it takes more memory than it may, and the answer is honest', async () => {
    const { pool } = start({ limits: { memoryMb: 200 } });
    const child = await pool.acquire('hostile', anOwner());
    expect(
      await child.request({ method: 'tools/call', params: { name: 'eat', arguments: {} } }),
    ).toMatchObject({
      kind: 'died',
      cause: 'it used more than 200 MB of memory',
    });
  });

  it('ends politely, by force, and by itself, as one without a cage', async () => {
    const { pool } = start();
    const child = await pool.acquire('hostile', anOwner());
    expect(
      await child.request({ method: 'tools/call', params: { name: 'crash', arguments: {} } }),
    ).toMatchObject({
      kind: 'died',
      cause: 'it was ended by SIGKILL',
    });
    const next = await pool.acquire('hostile', anOwner());
    const startedAt = performance.now();
    await pool.endAll('hostile');
    expect(isRunning(next.pid)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

describe('where no cage can be built', () => {
  const none: CageState = { kind: 'none', reason: 'this system has no namespaces' };

  it('no secret is opened, and the answer says why', async () => {
    const { pool } = start({}, none);
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow(
      'tools are not isolated from Gatehouse: this system has no namespaces; so no secret is opened for MCP server hostile unless its YAML says cage: accept_none',
    );
  });

  it('a server whose YAML accepts that gets its secrets', async () => {
    const { pool } = start({ cage: 'accept_none' }, none);
    const child = await pool.acquire('hostile', anOwner());
    const { env } = await call<{ env: Record<string, string> }>(child, 'print_env');
    expect(env.LEAKED).toBe('[REDACTED:TOKEN]');
  });

  it('one without secrets runs, and its status says so', async () => {
    const { pool, servers } = start({ secrets: {} }, none);
    await pool.acquire('hostile', anOwner());
    expect(servers.find('hostile')?.status().cage).toBe('none');
  });
});

it.runIf(IS_ROOT)('the same cage is built without being root, and hides as much', async () => {
  const script = join(ROOT, 'libs/mcp-spawner/test/fixtures/detect-as-user.ts');
  const child = spawn(process.execPath, ['--no-warnings', script], {
    uid: 65_534,
    gid: 65_534,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(JSON.parse(said)).toEqual({ kind: 'user namespace', reason: null });
});
