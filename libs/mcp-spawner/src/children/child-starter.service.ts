import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, isJsonObject, type JsonObject, type RequestContext } from '@gatehouse/kernel';
import { OVERSIZED_METHOD } from '@gatehouse/secrets';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { Cage } from '../cage/cage.service.ts';
import { causeInCage } from '../cage/cage-cause.ts';
import { type CageState, isolationText } from '../cage/cage-state.ts';
import { ServerSecrets } from '../secrets/server-secrets.service.ts';
import { planLaunch } from '../servers/launch-plan.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { Upstream } from '../upstream/upstream.ts';
import { childEnvironment } from './child-environment.ts';
import { MemoryWatch } from './memory-watch.ts';
import { PrivateFolders } from './private-folders.ts';
import { StdioChild } from './stdio-child.ts';

/** Children of the whole server process, discovery runs included. */
const MAX_CHILDREN = 256;
const GRACE_MS = 2_000;
/** What a message may be longer than the answer in it. */
const MESSAGE_OVERHEAD_BYTES = 4_096;

/** A started process and the JSON-RPC spoken with it. */
export class RunningChild {
  readonly upstream: Upstream;
  readonly #child: StdioChild;

  constructor(child: StdioChild, upstream: Upstream) {
    this.#child = child;
    this.upstream = upstream;
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isGone(): boolean {
    return this.#child.isGone;
  }

  /** Ends it with all that it started, and resolves when nothing of it is left. */
  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** What a warden tells of a line that was too long, as the ends of the line itself. */
function endsOf({ params }: JsonObject): [Buffer, Buffer] {
  const id = params !== undefined && isJsonObject(params) ? params.id : undefined;
  return [Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},`), Buffer.alloc(0)];
}

/** Nobody's secret is opened for a tool that could reach more than its own, unless its YAML accepts that. */
function requireCage({ name, config }: RegisteredServer, state: CageState): void {
  if (state.kind !== 'none' || config.cage === 'accept_none' || Object.keys(config.secrets).length === 0)
    return;
  throw new AppError(
    'MCP_SPAWNER_NOT_ISOLATED',
    `${isolationText(state)}; so no secret is opened for MCP server ${name} unless its YAML says cage: accept_none`,
    { owner: 'operator' },
  );
}

/** Starts server processes, counts them, and can end every one of them. */
@Injectable()
export class ChildStarter {
  readonly #installationRoot: string;
  readonly #folders = new PrivateFolders();
  readonly #running = new Set<StdioChild>();
  readonly #memory = new MemoryWatch();
  readonly #secrets: ServerSecrets | undefined;
  readonly #cage: Cage | undefined;
  #accepting = true;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Optional() @Inject(ServerSecrets) secrets?: ServerSecrets,
    @Optional() @Inject(Cage) cage?: Cage,
  ) {
    this.#installationRoot = configuration.installation.root;
    this.#secrets = secrets;
    this.#cage = cage;
  }

  /** Clears what an earlier server process left when it was killed. */
  sweep(): Promise<void> {
    return this.#folders.sweep();
  }

  /**
   * Starts one process of a server; no handshake yet. `actor`: for whom its secrets are opened, by default nobody but us.
   *
   * @throws AppError `MCP_SPAWNER_COMMAND_NOT_FOUND`, `MCP_SPAWNER_TOO_MANY_CHILDREN`, `MCP_SPAWNER_STOPPING`,
   * `MCP_SPAWNER_NEEDS_SECRET`, `MCP_SPAWNER_NOT_ISOLATED`
   */
  async start(
    server: RegisteredServer,
    onExit: (cause: string) => void,
    actor?: RequestContext,
  ): Promise<RunningChild> {
    this.#planFor(server);
    const state = await this.#cage?.state();
    if (state !== undefined) requireCage(server, state);
    const maxLineBytes = server.config.limits.outputBytes + MESSAGE_OVERHEAD_BYTES;
    const warden = await this.#secrets?.wardenFor(server, maxLineBytes, actor);
    const plan = this.#planFor(server);
    const folder = this.#folders.create();
    const caged = (plan.remote === null ? await this.#cage?.around(server, plan, folder) : null) ?? null;
    if (plan.remote === null) server.cage = caged === null ? 'none' : (state?.kind ?? 'none');
    const { executable, args } = caged ?? plan;
    const { counters } = server;
    let reported = { stray: 0, refused: 0 };
    const child: StdioChild = new StdioChild(
      {
        executable,
        args,
        cwd: plan.cwd,
        env: childEnvironment({ installationRoot: this.#installationRoot, folder, env: plan.env }),
        maxLineBytes,
        graceMs: GRACE_MS,
        ...(warden === undefined ? {} : { warden }),
      },
      {
        message: (message) => {
          if (message.method === OVERSIZED_METHOD) {
            counters.oversizedLines += 1;
            upstream.receiveOversized(...endsOf(message));
            return false;
          }
          if (typeof message.method === 'string') {
            counters[message.id === undefined ? 'notifications' : 'requests'] += 1;
          }
          const wanted = upstream.receive(message);
          const { strayAnswers: stray, refusedRequests: refused } = upstream;
          counters.strayAnswers += stray - reported.stray;
          counters.refusedRequests += refused - reported.refused;
          reported = { stray, refused };
          return wanted;
        },
        garbage: () => {
          counters.garbageLines += 1;
        },
        oversized: (head, tail) => {
          counters.oversizedLines += 1;
          upstream.receiveOversized(head, tail);
        },
        stderr: (text, pid) => server.stderr.push({ at: Date.now(), pid, text }),
        exited: (said) => {
          const cause = tooMuch ?? (caged === null ? said : causeInCage(said));
          unwatch();
          this.#running.delete(child);
          server.children -= 1;
          void this.#folders.remove(folder);
          upstream.died(cause);
          onExit(cause);
        },
      },
    );
    const upstream = new Upstream(child, server.config.limits.concurrentCalls);
    let tooMuch: string | undefined;
    const { memoryMb } = server.config.limits;
    const unwatch = this.#memory.add({
      pid: child.pid,
      limitBytes: memoryMb * 1024 * 1024,
      skipLeader: warden !== undefined && plan.remote === null,
      exceeded: () => {
        tooMuch = `it used more than ${memoryMb} MB of memory`;
        child.kill();
      },
    });
    counters.spawns += 1;
    server.children += 1;
    this.#running.add(child);
    return new RunningChild(child, upstream);
  }

  /** Ends every child; from here on none is started. */
  async stop(): Promise<void> {
    this.#accepting = false;
    await Promise.all([...this.#running].map((child) => child.stop()));
    await this.#folders.removeAll();
  }

  #planFor(server: RegisteredServer): NonNullable<ReturnType<typeof planLaunch>> {
    if (!this.#accepting) {
      throw new AppError('MCP_SPAWNER_STOPPING', 'the server is stopping', { owner: 'gatehouse' });
    }
    if (this.#running.size >= MAX_CHILDREN) {
      throw new AppError('MCP_SPAWNER_TOO_MANY_CHILDREN', 'too many MCP server processes are running', {
        owner: 'operator',
        hint: 'Wait until some are idle, or lower idle_ms of the servers.',
      });
    }
    const plan = planLaunch(server.config, this.#installationRoot);
    if (plan === undefined) {
      throw new AppError(
        'MCP_SPAWNER_COMMAND_NOT_FOUND',
        `the command of MCP server ${server.name} was not found`,
        {
          owner: 'operator',
          hint: `Install it, or set command in ${server.config.source.file} to an absolute path.`,
        },
      );
    }
    return plan;
  }
}
