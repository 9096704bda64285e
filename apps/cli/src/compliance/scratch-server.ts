import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment, freePort, type Installation } from '@gatehouse/config';
import { cliError } from '../errors/cli-error.ts';

const READY_MS = 120_000;
/** What a running installation is made of, from the checkout that this command belongs to. */
const COPIED = [
  'package.json',
  'services',
  'apps/server/dist',
  'apps/server/package.json',
  'apps/cli/dist',
].concat([
  'apps/cli/bin',
  'apps/cli/package.json',
  'apps/cli/oclif.manifest.json',
  'libs/secrets/dist',
  'libs/secrets/package.json',
  'libs/database/migrations',
]);

/** An installation of the same build beside this one, with a state, keys, a database and a port of its own. */
export class ScratchServer {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #server: ChildProcess;

  private constructor(folder: string, environment: Readonly<Record<string, string>>, server: ChildProcess) {
    this.folder = folder;
    this.#environment = environment;
    this.#server = server;
  }

  /** Resolves when it is ready. `mcpServers`: more YAML for `services/mcp`. @throws AppError `CLI_SERVICE_FAILED` */
  static async start(installation: Installation, mcpServers: string): Promise<ScratchServer> {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-proof-'));
    for (const path of COPIED) {
      cpSync(join(installation.root, path), join(folder, path), { recursive: true });
    }
    for (const path of ['node_modules', 'apps/server/node_modules', 'apps/cli/node_modules']) {
      const installed = join(installation.root, path);
      if (existsSync(installed)) symlinkSync(installed, join(folder, path));
    }
    writeFileSync(join(folder, 'services/mcp/proof.yaml'), mcpServers);
    mkdirSync(join(folder, 'snapshots'));
    const environment = {
      ...childEnvironment(),
      PORT: String(await freePort()),
      GATEHOUSE_STATE_DIR: join(folder, '.gatehouse'),
      XDG_CONFIG_HOME: join(folder, 'keys'),
    };
    const log = openSync(join(folder, 'server.log'), 'w', 0o600);
    const flags = [
      '--disable-sigusr1',
      '--heapsnapshot-signal=SIGUSR2',
      `--diagnostic-dir=${folder}/snapshots`,
    ];
    const server = spawn(process.execPath, [...flags, join(folder, 'apps/server/dist/main.js')], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', log, log],
    });
    const scratch = new ScratchServer(folder, environment, server);
    try {
      await scratch.#ready();
      return scratch;
    } catch (error) {
      await scratch.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#server.pid ?? 0;
  }

  /** Runs the scratch installation's own command line. */
  async command(
    args: readonly string[],
    input = '',
  ): Promise<{ readonly code: number; readonly said: string }> {
    const child = spawn(process.execPath, [join(this.folder, 'apps/cli/bin/run.js'), ...args], {
      env: this.#environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const ended = once(child, 'close');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await ended) as [number | null];
    return { code: code ?? 1, said: out + err };
  }

  /** The whole heap of the server, in a file. */
  async heapSnapshot(): Promise<string> {
    this.#server.kill('SIGUSR2');
    const file = await until(() =>
      readdirSync(join(this.folder, 'snapshots')).find((name) => name.endsWith('.heapsnapshot')),
    );
    // It is written while the server does nothing else; an answer means that it is done.
    await this.#ready();
    return join(this.folder, 'snapshots', file);
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      this.#server.kill('SIGTERM');
      await once(this.#server, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    await until(async () => {
      if (this.#server.exitCode !== null || this.#server.signalCode !== null) {
        throw cliError('CLI_SERVICE_FAILED', {
          message: `the server of the proof did not start: ${readFileSync(join(this.folder, 'server.log'), 'utf8').slice(0, 500)}`,
        });
      }
      const { code } = await this.command(['plugins', 'mcp', 'status', '--json']);
      return code === 0 ? true : undefined;
    });
  }
}

export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw cliError('CLI_SERVICE_STUCK');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
