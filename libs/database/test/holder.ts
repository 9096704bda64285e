import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Installation } from '@gatehouse/config';
import { rolldown } from 'rolldown';

const SOURCE = fileURLToPath(new URL('children/hold.ts', import.meta.url));
const BUNDLE = fileURLToPath(new URL(`../dist/test/hold-${process.pid}.mjs`, import.meta.url));

/** Node runs no decorators: the child is bundled first, our own libraries in it. */
export async function buildHolder(): Promise<void> {
  const bundle = await rolldown({
    input: SOURCE,
    platform: 'node',
    tsconfig: true,
    external: (id) => /^[^./]/.test(id) && !/^@(gatehouse|oxc-project)\//.test(id) && !id.startsWith('\0'),
    logLevel: 'silent',
  });
  await bundle.write({ file: BUNDLE, format: 'esm', codeSplitting: false });
  await bundle.close();
}

export async function removeHolder(): Promise<void> {
  await rm(BUNDLE, { force: true });
}

export interface Holder {
  readonly child: ChildProcess;
  /** Of the PostgreSQL that it uses. */
  readonly pid: number;
  readonly host: string;
  /** Lets it leave and resolves with its exit code. */
  leave(): Promise<number | null>;
  /** Ends it as the kernel would. */
  kill(): Promise<void>;
}

/** Starts a process that uses the database; resolves when it does, rejects with what it wrote if it cannot. */
export async function startHolder(
  installation: Installation,
  options: SpawnOptions & { purpose?: 'server' | 'cli'; prefix?: readonly string[] } = {},
): Promise<Holder> {
  const { purpose = 'cli', prefix = [], ...spawnOptions } = options;
  const [command, ...args] = [
    ...prefix,
    process.execPath,
    BUNDLE,
    'until-closed',
    purpose,
    JSON.stringify(installation),
  ];
  const child = spawn(command, args, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('error', reject);
    child.once('close', () => reject(new Error(complaint)));
  });
  const { pid, host } = JSON.parse(line) as { pid: number; host: string };
  return {
    child,
    pid,
    host,
    leave: () => {
      child.stdin.end();
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
