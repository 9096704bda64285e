import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, request as send } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SUITE = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');
const FIXTURE_HTTP = fileURLToPath(new URL('./fixture-http.mjs', import.meta.url));
export const FIXTURE_STDIO = fileURLToPath(new URL('./fixture-stdio.mjs', import.meta.url));

export type Revision = '2025-11-25' | '2026-07-28';

/** What the suite says of each scenario that a revision requires, and of those that it runs beside them. */
export interface SuiteResult {
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  readonly output: string;
}

/** Runs the scenarios of a revision against a server, as the suite's own command does. */
export function runSuite(url: string, revision: Revision): Promise<SuiteResult> {
  return run(url, ['--requirements', revision]);
}

/** One scenario alone. The suite gives some answers less than a second, which a busy machine may need. */
export async function passesAlone(url: string, revision: Revision, scenario: string): Promise<boolean> {
  const { output } = await run(url, ['--scenario', scenario, '--spec-version', revision]);
  return /Passed: [1-9]\d*\/\d+, 0 failed/.test(output);
}

/** What these programs print is read: colours that somebody asks of our output are not asked of theirs. */
const PLAIN = { PATH: dirname(process.execPath), NO_COLOR: '1' };

async function run(url: string, how: readonly string[]): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const child = spawn(process.execPath, [SUITE, 'server', '--url', url, ...how], {
    cwd: folder,
    env: PLAIN,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  rmSync(folder, { recursive: true });
  const summary = output.slice(output.lastIndexOf('=== SUMMARY ==='));
  const named = (mark: string) =>
    new Set([...summary.matchAll(new RegExp(`^${mark} ([a-z0-9-]+):`, 'gm'))].map(([, name]) => name!));
  return { passed: named('✓'), failed: named('✗'), output };
}

/** The fixture with nothing of ours before it. */
export async function directFixture(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [FIXTURE_HTTP], {
    env: PLAIN,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return {
    url: `http://localhost:${port}/mcp`,
    stop: async () => {
      child.kill();
      await once(child, 'close');
    },
  };
}

/**
 * The suite cannot send a token, so this adds one on the way to the server, and puts the server's own authority where
 * the suite names this one's; a foreign Host or Origin goes through as it is.
 */
export async function withToken(
  target: string,
  token: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const to = new URL(target);
  const proxy: Server = createServer((incoming, outgoing) => {
    const own = (proxy.address() as AddressInfo).port;
    const translated = (text: string | undefined) =>
      text?.replace(/(localhost|127\.0\.0\.1):(\d+)$/, (whole, host, port) =>
        Number(port) === own ? `${host}:${to.port}` : whole,
      );
    const { host, origin, ...headers } = incoming.headers;
    const forwarded = send(
      {
        host: '127.0.0.1',
        port: to.port,
        path: to.pathname,
        method: incoming.method,
        headers: {
          ...headers,
          host: translated(host),
          ...(origin === undefined ? {} : { origin: translated(origin) }),
          authorization: `Bearer ${token}`,
        },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`,
    stop: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
