import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClientHooks, type InstalledResult } from '@gatehouse/catalog';
import { sessionContext, Users } from '@gatehouse/identity';
import type { TestServer } from './a-server.ts';

export const HOOK_PROGRAM = fileURLToPath(new URL('../../../cli/bin/gatehouse-hook.mjs', import.meta.url));

/** What a client of a version that is new enough says to what it runs. */
export const CLIENT = { AI_AGENT: 'claude-code_2-1-330_agent' };

/** Hooks installed into a home of the test's own, and the program that they run. */
export interface InstalledClient extends InstalledResult {
  readonly settingsPath: string;
  /** What the command form reads. */
  readonly file: string;
  readonly credential: string;
  readonly answerKey: string;
  readonly deviceId: string;
  run(body: unknown, options?: RunOptions): Promise<HookRun>;
  end(): void;
}

export interface RunOptions {
  readonly route?: 'govern' | 'track';
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: string;
}

/** What a client sees of a hook that it runs. */
export interface HookRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let users = 0;

/**
 * For a new user, since one may open ten sessions a minute. `url`: where the client's hooks believe the server to be.
 */
export async function anInstalledClient(
  server: TestServer,
  options: { readonly url?: string; readonly form?: 'http' | 'command' } = {},
): Promise<InstalledClient> {
  users += 1;
  const user = await server.app.get(Users).create({ email: `hooks${users}@example.test` });
  const session = await server.login(user.email);
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-client-'));
  const result = await server.app.get(ClientHooks).install({
    home,
    managedRoot: home,
    publicUrl: options.url ?? `http://127.0.0.1:${server.port}`,
    form: options.form ?? 'command',
    autoApprove: true,
    userId: user.id,
    agentId: null,
    actor: sessionContext(session, user.role),
    node: process.execPath,
    program: HOOK_PROGRAM,
    dryRun: false,
  });
  const file = join(home, '.config', 'gatehouse', 'hooks', 'claude-code.json');
  const { credential, answerKey, deviceId } = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    string
  >;
  return {
    ...result,
    settingsPath: join(home, '.claude', 'settings.json'),
    file,
    credential: credential!,
    answerKey: answerKey!,
    deviceId: deviceId!,
    run: (body, run) => runHook(body, { file, ...run }),
    end: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Runs the command form as a client does: a process, the hook's JSON on its standard input. */
function runHook(body: unknown, options: RunOptions & { readonly file: string }): Promise<HookRun> {
  const { route = 'govern', environment = CLIENT, file } = options;
  const child = spawn(process.execPath, ['--disable-sigusr1', HOOK_PROGRAM, route, file], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(typeof body === 'string' ? body : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
