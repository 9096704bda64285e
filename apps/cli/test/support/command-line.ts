import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

export const GATEHOUSE = fileURLToPath(new URL('../../bin/gatehouse', import.meta.url));
const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's shell before an installation whose state and keys are this test's own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  readonly environment: Readonly<Record<string, string>>;

  constructor(more: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.folder, 'state'), { mode: 0o711 });
    this.environment = {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      GATEHOUSE_STATE_DIR: join(this.folder, 'state'),
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      ...more,
    };
  }

  profile(name: string, yaml: string): void {
    mkdirSync(join(this.folder, 'state/profiles'), { recursive: true });
    writeFileSync(join(this.folder, `state/profiles/${name}.yaml`), yaml);
  }

  /** Runs `gatehouse …` to its end, without a terminal. */
  async run(
    args: readonly string[],
    more: { input?: string; command?: readonly string[]; environment?: object } = {},
  ): Promise<Outcome> {
    const { input = '', command = [GATEHOUSE], environment = {} } = more;
    const [program = GATEHOUSE, ...first] = command;
    const child = spawn(program, [...first, ...args], { env: { ...this.environment, ...environment } });
    child.stdin.end(input);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  }

  /** The `data` of a command that must succeed. */
  async data(...args: string[]): Promise<JsonObject> {
    const { code, stdout, stderr } = await this.run([...args, '--json']);
    if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} exited with ${code}: ${stderr}`);
    const envelope: JsonValue = JSON.parse(stdout);
    if (!isJsonObject(envelope) || !isJsonObject(envelope.data ?? null))
      throw new Error(`no envelope: ${stdout}`);
    return envelope.data as JsonObject;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Builds the CLI, and the server where `server` says so, unless they are built from these sources already. */
export async function build(...names: ('cli' | 'server')[]): Promise<void> {
  const child = spawn(process.execPath, [BUILD, ...names], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`the build failed: ${said}`);
}
