import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInstallation, freePort } from '@gatehouse/config';
import { type PrivateDatabase, withClient } from '@gatehouse/database';
import { expect, vi } from 'vitest';
import type { BuiltCheckout } from './a-built-checkout.ts';
import { aDeafener, type Deafener } from './a-deafener.ts';
import { BuiltServer } from './built-server.ts';

const FEEDS = `from pg_stat_activity where datname = current_database() and application_name = 'gatehouse change feed'`;
const READY_MS = 60_000;

export interface ServerProcess {
  readonly server: BuiltServer;
  readonly port: number;
  readonly checkout: BuiltCheckout;
}

/** Two server processes, as they are shipped, of one installation: one database, one public address, the same keys. */
export interface TwoProcesses {
  readonly one: ServerProcess;
  readonly other: ServerProcess;
  /** Between the database and `other`. */
  readonly way: Deafener;
  /** Ends the connections that bring the notifications; the processes go on. */
  cutTheFeeds(): Promise<void>;
  end(): Promise<void>;
}

/** What `/readyz` says of the policy. */
export interface ReadyzAnswer {
  readonly status: string;
  readonly policy_version: string;
  readonly policy_in_step: boolean;
}

/** Nothing while nobody listens. */
export async function readyz({ port }: { readonly port: number }): Promise<ReadyzAnswer | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  return (await answer?.json()) as ReadyzAnswer | undefined;
}

/** On a database of their own of an operator's PostgreSQL, each with a state folder of its own. */
export async function twoProcesses(
  operators: PrivateDatabase,
  mode: 'evaluation' | 'production',
  checkouts: readonly [BuiltCheckout, BuiltCheckout],
): Promise<TwoProcesses> {
  const asOwner = { ...operators.clientConfig('owner'), database: 'postgres' };
  await withClient(asOwner, async (client) => {
    await client.query(`create role "ann of ${mode}" login createrole password 'pass'`);
    await client.query(`create database "${mode}" owner "ann of ${mode}"`);
  });
  const databaseUrl = (folder: string) =>
    `postgres://${encodeURIComponent(`ann of ${mode}`)}:pass@/${mode}?host=${encodeURIComponent(folder)}`;
  const way = await aDeafener(operators);
  const ports = [await freePort(), await freePort()] as const;
  const profile = `mode: ${mode}\npublic_url: http://localhost:${ports[0]}\n`;
  const one = await aProcess(checkouts[0], ports[0], profile, databaseUrl(String(asOwner.host)));
  const other = await aProcess(checkouts[1], ports[1], profile, databaseUrl(way.socketFolder), one);
  return {
    one,
    other,
    way,
    cutTheFeeds: () =>
      withClient({ ...asOwner, database: mode }, async (client) => {
        const open = async () => (await client.query(`select ${FEEDS}`)).rowCount;
        await expect.poll(open, { timeout: 5000, interval: 20 }).toBe(2);
        await client.query(`select pg_terminate_backend(pid) ${FEEDS}`);
      }),
    end: async () => {
      for (const { server } of [other, one]) {
        await server.remove();
        await rm(folderOf(server), { recursive: true, force: true });
      }
      await way.end();
    },
  };
}

const folderOf = ({ environment }: BuiltServer) => String(environment.XDG_CONFIG_HOME);

/** Resolves when it is ready. `keysOf`: another process of the installation, whose keys it is given. */
async function aProcess(
  checkout: BuiltCheckout,
  port: number,
  profile: string,
  databaseUrl: string,
  keysOf?: ServerProcess,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-process-'));
  const state = join(folder, 'state');
  await mkdir(join(state, 'profiles'), { recursive: true });
  await writeFile(join(state, 'profiles/both.yaml'), profile);
  const environment = {
    DATABASE_URL: databaseUrl,
    GATEHOUSE_PROFILE: 'both',
    GATEHOUSE_STATE_DIR: state,
    XDG_CONFIG_HOME: folder,
  };
  if (keysOf !== undefined)
    await cp(keysIn(keysOf.server.environment), keysIn(environment), { recursive: true });
  const server = await BuiltServer.start(port, { program: checkout.serverProgram, environment });
  const process = { server, port, checkout };
  const isReady = async () => {
    if (server.process.exitCode !== null) throw new Error(`the server did not start: ${server.said}`);
    return (await readyz(process))?.status === 'ready';
  };
  await vi.waitUntil(isReady, { timeout: READY_MS, interval: 100 });
  return process;
}

/** Where an installation with these variables keeps its keys; the checkout has no say. */
const keysIn = (environment: Readonly<Record<string, string>>) => findInstallation({ environment }).keyDir;
