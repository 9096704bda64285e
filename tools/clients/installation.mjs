import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../libs/config/src/profile/free-port.ts';

const run = promisify(execFile);

/** A Gatehouse of its own: home, keys and state in a folder that goes with it; the built server and command line. */
export class Installation {
  #root;
  #server = null;

  constructor(root, folder, port) {
    this.#root = root;
    this.folder = folder;
    this.home = join(folder, 'home');
    this.project = join(folder, 'project');
    this.port = port;
    this.environment = {
      PATH: process.env.PATH,
      HOME: this.home,
      PORT: String(port),
      GATEHOUSE_STATE_DIR: join(folder, 'state'),
    };
  }

  static async create(root) {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-client-'));
    const made = new Installation(root, folder, await freePort());
    for (const path of [made.home, made.project]) await mkdir(path, { mode: 0o700 });
    await mkdir(join(folder, 'state'), { mode: 0o711 });
    return made;
  }

  /** Resolves when it listens. */
  async start() {
    const server = spawn(process.execPath, ['apps/server/dist/main.js'], {
      cwd: this.#root,
      env: this.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server = server;
    const ended = once(server, 'exit').then(() => {
      throw new Error('the server ended before it listened');
    });
    // Read to the end, or the server would wait for its reader.
    const listens = new Promise((resolve) => {
      createInterface(server.stderr).on('line', (line) => {
        if (line.includes('listens on')) resolve();
      });
    });
    await Promise.race([listens, ended]);
  }

  /** @param {'SIGTERM' | 'SIGKILL'} signal */
  async stop(signal = 'SIGTERM') {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.kill(signal);
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }

  /** `gatehouse …`: what it printed. @throws where it does not exit with 0 */
  async gatehouse(...args) {
    const { stdout } = await run(join(this.#root, 'apps/cli/bin/gatehouse'), args, { env: this.environment });
    return stdout;
  }

  /** Rows of a query, oldest first as the query says. */
  async rows(query) {
    return JSON.parse(await this.gatehouse('infra', 'db', 'query', query, '--json')).data.rows;
  }

  async remove() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
