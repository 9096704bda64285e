import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ENTRY = 'apps/server/dist-kills/server-to-kill.js';
const DATABASE_MS = 30_000;

interface Ready {
  readonly owner: pg.ClientConfig;
  readonly token: string | null;
  readonly mcpToken: string | null;
}

/** Bundles it: what is killed is a plain process, without a test runner in it. */
export async function buildServerToKill(): Promise<void> {
  const { bundle } = await import(`${ROOT}tools/build/bundles.mjs`);
  const { externals } = await import(`${ROOT}tools/build/externals.mjs`);
  const entry = { 'server-to-kill': 'bench/server-to-kill.ts' };
  await bundle(ROOT, 'apps/server', entry, externals(`${ROOT}apps/server/dist-kills`), 'dist-kills');
}

/** A server process on a folder that outlives it, and what may befall it. */
export class ServerToKill {
  readonly port: number;
  readonly folder: string;
  token = '';
  /** For the MCP server `effects`. */
  mcpToken = '';
  /** How long each start took until calls were taken. */
  readonly startsMs: number[] = [];
  #process: ChildProcess | null = null;
  #ready: Promise<Ready | null> = Promise.resolve(null);
  #owner: pg.ClientConfig | null = null;
  #killedPid = 0;

  readonly #remote: string | undefined;

  private constructor(port: number, folder: string, remote: string | undefined) {
    this.port = port;
    this.folder = folder;
    this.#remote = remote;
  }

  /** `remote`: the address of an MCP server, known to it as `effects`. */
  static async create(port: number, remote?: string): Promise<ServerToKill> {
    return new ServerToKill(port, await mkdtemp(join(tmpdir(), 'gatehouse-kills-')), remote);
  }

  /** Forks it. Resolves at once. */
  start(): void {
    const startedAt = performance.now();
    const wanted = this.token === '' ? 'token' : 'no token';
    const remote = this.#remote === undefined ? [] : [this.#remote];
    const args = [ROOT, String(this.port), this.folder, wanted, ...remote];
    const child = fork(join(ROOT, ENTRY), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process = child;
    const exited = once(child, 'exit').then(() => null);
    this.#ready = Promise.race([exited, once(child, 'message').then(([ready]) => ready as Ready)]);
    void this.#ready.then((ready) => {
      if (ready === null) return;
      this.startsMs.push(performance.now() - startedAt);
      this.#owner = ready.owner;
      this.token = ready.token ?? this.token;
      this.mcpToken = ready.mcpToken ?? this.mcpToken;
    });
  }

  /** Resolves when it takes calls. @throws when it ended instead: nobody helps it. */
  async ready(): Promise<void> {
    if ((await this.#ready) === null) throw new Error('the server ended by itself');
  }

  /** SIGKILL, whatever it is doing. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    const child = this.#process!;
    child.send('stop');
    await once(child, 'exit');
    this.#process = null;
  }

  /** SIGKILL of PostgreSQL's first process. Those that it left behind may still commit for a moment. */
  async killDatabase(): Promise<void> {
    let pid = await this.databasePid();
    while (pid === this.#killedPid) {
      await pause(20);
      pid = await this.databasePid();
    }
    process.kill(pid, 'SIGKILL');
    this.#killedPid = pid;
  }

  async databasePid(): Promise<number> {
    const child = this.#process!;
    child.send('pid');
    const [{ pid }] = (await once(child, 'message')) as [{ pid: number }];
    return pid;
  }

  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    return this.withOwner(async (owner) => (await owner.query<Row>(text)).rows);
  }

  async withOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
    const owner = await this.#connected();
    try {
      return await work(owner);
    } finally {
      await owner.end();
    }
  }

  async remove(): Promise<void> {
    if (this.#process !== null) await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits for a PostgreSQL that comes back. */
  async #connected(): Promise<pg.Client> {
    for (const untilMs = performance.now() + DATABASE_MS; ; await pause(100)) {
      const owner = new pg.Client(this.#owner!);
      owner.on('error', () => undefined);
      try {
        await owner.connect();
        return owner;
      } catch (error) {
        if (performance.now() > untilMs) throw error;
      }
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process!;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    this.#process = null;
  }
}
