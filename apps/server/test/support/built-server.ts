import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const SERVER_PROGRAM = join(ROOT, 'apps/server/dist/main.js');

/** Builds the server's bundle unless it is built from these sources already. */
export async function buildServer(): Promise<void> {
  const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
  await buildBundles({ only: ['server'] });
}

/** The server as `npm start` runs it, in a process of its own, on a state folder and port of the test's own. */
export class BuiltServer {
  readonly process: ChildProcess;
  readonly folder: string;
  #said = '';

  private constructor(process: ChildProcess, folder: string) {
    this.process = process;
    this.folder = folder;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
      });
    }
  }

  static async start(
    port: number,
    {
      flags = [],
      environment = {},
    }: { flags?: readonly string[]; environment?: Record<string, string> } = {},
  ): Promise<BuiltServer> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-built-'));
    const child = spawn(process.execPath, [...flags, SERVER_PROGRAM], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        PORT: String(port),
        GATEHOUSE_STATE_DIR: join(folder, 'state'),
        XDG_CONFIG_HOME: join(folder, 'config'),
        ...environment,
      },
    });
    return new BuiltServer(child, folder);
  }

  get said(): string {
    return this.#said;
  }

  /** Its exit code, when it has ended. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close');
    return this.process.exitCode;
  }

  async remove(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      await once(this.process, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
