import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CONFIGURATION, type Configuration, masterKeyFile } from '@gatehouse/config';
import { Database } from '@gatehouse/database';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { searchPath } from '../children/child-environment.ts';
import type { LaunchPlan } from '../servers/launch-plan.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { cagedCommand } from './cage-command.ts';
import { packageOf, planCage } from './cage-plan.ts';
import { type CagePrograms, findCagePrograms } from './cage-programs.ts';
import type { CageState } from './cage-state.ts';
import { detectCage } from './detect-cage.ts';
import { ownUids } from './own-uids.ts';

/** Shells, runtimes and their threads take writable memory beyond what a tool uses of it. */
const OVERHEAD_MB = 1_024;

/** Builds a cage around each tool, where that can be done, and knows whether it can. */
@Injectable()
export class Cage {
  readonly #configuration: Configuration;
  readonly #socketFolder: string | undefined;
  readonly #uids: ReadonlyMap<string, number>;
  #state: Promise<CageState> | undefined;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Optional() @Inject(Database) database?: Database,
  ) {
    this.#configuration = configuration;
    const host = database?.clientConfig('server').host;
    this.#socketFolder = host?.startsWith('/') === true ? host : undefined;
    this.#uids = ownUids(configuration.services.mcpServers.keys());
  }

  /** Looked at once. */
  state(): Promise<CageState> {
    this.#state ??= detectCage();
    return this.#state;
  }

  /** Under which user id a server's tools run; null when it is ours. */
  async uidOf(server: string): Promise<number | null> {
    const { kind } = await this.state();
    return kind === 'own user' ? (this.#uids.get(server) ?? null) : null;
  }

  /** The command line that runs a tool in a cage with `folder` as its own; null where none can be built. */
  async around(
    server: RegisteredServer,
    launch: LaunchPlan,
    folder: string,
  ): Promise<Pick<LaunchPlan, 'executable' | 'args'> | null> {
    const { kind } = await this.state();
    const programs = findCagePrograms();
    if (kind === 'none' || 'missing' in programs) return null;
    const uid = this.#uids.get(server.name) ?? 0;
    if (kind === 'own user') chownSync(folder, uid, uid);
    const planFolder = this.#write(launch, folder);
    return this.#command(programs, { kind, uid, planFolder, launch, server });
  }

  #command(
    programs: CagePrograms,
    of: {
      readonly kind: 'own user' | 'user namespace';
      readonly uid: number;
      readonly planFolder: string;
      readonly launch: LaunchPlan;
      readonly server: RegisteredServer;
    },
  ): Pick<LaunchPlan, 'executable' | 'args'> {
    const { kind, uid, planFolder, launch, server } = of;
    const { file, args } = cagedCommand(programs, {
      kind,
      uid,
      planFolder,
      cwd: launch.cwd,
      dataKilobytes: (server.config.limits.memoryMb + OVERHEAD_MB) * 1024,
      executable: launch.executable,
      args: launch.args,
    });
    return { executable: file, args };
  }

  /** Beside the private folder, never in it. */
  #write(launch: LaunchPlan, folder: string): string {
    const { installation } = this.#configuration;
    const { root } = installation;
    const { file } = masterKeyFile(installation);
    const plan = planCage({
      secretPaths: [
        installation.stateDir,
        installation.keyDir,
        installation.servicesDir,
        file,
        `${file}.next`,
        ...(this.#socketFolder === undefined ? [] : [this.#socketFolder]),
        '/etc/claude-code',
      ],
      home: homeOf(),
      readable: [
        root,
        join(root, 'node_modules'),
        dirname(dirname(process.execPath)),
        packageOf(launch.executable),
        ...searchPath(root).filter((path) => path.startsWith(`${homeOf()}/`)),
      ],
      writable: [folder, ...rootsOf(launch)],
    });
    const planFolder = `${folder}.cage`;
    mkdirSync(planFolder, { mode: 0o700 });
    for (const [name, text] of Object.entries(plan))
      writeFileSync(join(planFolder, name), text, { mode: 0o600 });
    return planFolder;
  }
}

function homeOf(): string {
  return userInfo().homedir || homedir();
}

/** What a server is given to work on: paths among its arguments and variables. */
function rootsOf({ args, env, cwd }: LaunchPlan): string[] {
  return [...args, ...Object.values(env)].flatMap((text) => {
    const value = (text.startsWith('-') ? text.slice(text.indexOf('=') + 1) : text).replace(/^file:\/\//, '');
    const path = value.replace(/^~(?=\/|$)/, homeOf());
    return /^(?:\/|\.\.?\/)/.test(path) && !path.includes('\0') ? [resolve(cwd, path)] : [];
  });
}
