import { AuditLog, systemContext } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, type RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { ServerDefinition } from '../definitions/server-definition.ts';
import { planLaunch } from '../servers/launch-plan.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { type Drift, driftHash, driftOf, keyOf } from './drift.ts';
import { PinQueries } from './pin.queries.ts';
import { type PinKind, type Subject, subjectOf } from './pin.ts';
import { earlierIdentity, programIdentity } from './program-identity.ts';
import { subjectsOf } from './subjects.ts';
import { flagsOf } from './text-flags.ts';

/** What waits for approval at one server. */
interface Held {
  readonly drift: readonly Drift[];
  readonly keys: ReadonlySet<string>;
}

/**
 * What was approved of each MCP server, and what waits for that (threat T23). The first sight of a server is approved
 * as it is; whatever is new or differs from then on is held until an operator approves it.
 */
@Injectable()
export class McpPins {
  readonly #root: string;
  readonly #held = new Map<string, Held>();

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(PinQueries) private readonly queries: PinQueries,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {
    this.#root = configuration.installation.root;
  }

  /** What is held of a server now. */
  held(server: string): readonly Drift[] {
    return this.#held.get(server)?.drift ?? [];
  }

  /** Whether a tool, a prompt or the instructions may not be used; all of them while the program itself is held. */
  isHeld(server: string, kind: PinKind, name: string): boolean {
    const keys = this.#held.get(server)?.keys;
    return keys !== undefined && (keys.has(keyOf('program', '')) || keys.has(keyOf(kind, name)));
  }

  /**
   * Whether the program that would run for a server is the approved one. The first sight of a server is that of its
   * definitions, so before there are any pins everything may run.
   */
  async admitsProgram(server: RegisteredServer): Promise<boolean> {
    const program = await this.#programOf(server);
    if (program === undefined) return true;
    const pins = await this.queries.of(server.name, 'program');
    if (pins.length === 0) return true;
    const drift = driftOf(pins, [program]);
    const others = this.held(server.name).filter(({ kind }) => kind !== 'program');
    this.#hold(server.name, [...drift, ...others]);
    return drift.length === 0;
  }

  /** Compares what a server gave with what was approved of it. At first sight all of it is. */
  async review(server: RegisteredServer, definitions: readonly ServerDefinition[]): Promise<void> {
    const program = await this.#programOf(server);
    const subjects = [...(program === undefined ? [] : [program]), ...subjectsOf(definitions)];
    const pins = await this.queries.of(server.name);
    if (pins.length > 0) {
      this.#hold(server.name, driftOf(pins, subjects));
      return;
    }
    await this.#record('tool.pinned', 'POST /mcp/{server}', systemContext(), server.name, subjects);
    await this.queries.replace(server.name, subjects, null);
    this.#hold(server.name, []);
  }

  /**
   * Approves just the changes that `hash` stands for; a row first.
   *
   * @throws AppError `MCP_SPAWNER_CHANGES_CONFLICT` when others are held by now
   */
  async approve(server: string, hash: string, context: RequestContext): Promise<void> {
    const drift = this.held(server);
    if (drift.length === 0 || driftHash(drift) !== hash) {
      throw new AppError('MCP_SPAWNER_CHANGES_CONFLICT', 'other changes are held than those', {
        owner: 'caller',
        hint: `See them again: gatehouse plugins mcp changes ${server}`,
      });
    }
    const subjects = drift.map(({ now }) => now);
    await this.#record('tool.approved', 'POST /api/v1/mcp-servers/{name}/approve', context, server, subjects);
    await this.queries.replace(server, subjects, context.userId);
    this.#hold(server, []);
  }

  #hold(server: string, drift: readonly Drift[]): void {
    if (drift.length === 0) this.#held.delete(server);
    else this.#held.set(server, { drift, keys: new Set(drift.map(({ kind, name }) => keyOf(kind, name))) });
  }

  async #programOf({ config }: RegisteredServer): Promise<Subject | undefined> {
    const plan = planLaunch(config, this.#root);
    if (plan === undefined) return undefined;
    const identity = await programIdentity(plan, this.#root);
    const { hash: earlierHash } = subjectOf('program', '', earlierIdentity(identity));
    return { ...subjectOf('program', '', identity), earlierHash };
  }

  async #record(
    event: 'tool.pinned' | 'tool.approved',
    action: string,
    context: RequestContext,
    server: string,
    subjects: readonly Subject[],
  ): Promise<void> {
    await this.audit.record({
      event,
      context,
      action,
      decision: 'allow',
      policy: 'not_applicable',
      reason:
        event === 'tool.pinned'
          ? 'An MCP server was seen for the first time; what it offers is approved as it is.'
          : 'An operator approved changes of an MCP server.',
      detail: {
        server,
        pins: subjects.slice(0, 200).map(({ kind, name, hash, content }) => {
          const flags = flagsOf(content);
          return { kind, name, hash, ...(flags.length > 0 ? { flags: [...flags] } : {}) };
        }),
        count: subjects.length,
      },
    });
  }
}
