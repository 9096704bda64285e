import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  /** What makes another process one of the same installation. */
  readonly environment: Readonly<Record<string, string>>;
  #said = '';

  private constructor(process: ChildProcess, folder: string, environment: Readonly<Record<string, string>>) {
    this.process = process;
    this.folder = folder;
    this.environment = environment;
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
      profile,
      program = SERVER_PROGRAM,
    }: {
      flags?: readonly string[];
      environment?: Record<string, string>;
      profile?: { readonly name: string; readonly yaml: string };
      /** That of another checkout. */
      program?: string;
    } = {},
  ): Promise<BuiltServer> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-built-'));
    const state = join(folder, 'state');
    if (profile !== undefined) {
      await mkdir(join(state, 'profiles'), { recursive: true });
      await writeFile(join(state, 'profiles', `${profile.name}.yaml`), profile.yaml);
    }
    const own = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      PORT: String(port),
      GATEHOUSE_STATE_DIR: state,
      XDG_CONFIG_HOME: join(folder, 'config'),
      ...(profile === undefined ? {} : { GATEHOUSE_PROFILE: profile.name }),
      ...environment,
    };
    const child = spawn(process.execPath, [...flags, program], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: own,
    });
    return new BuiltServer(child, folder, own);
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
