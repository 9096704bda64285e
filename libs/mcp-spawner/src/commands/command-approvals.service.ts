import { AuditLog } from '@gatehouse/audit';
import { AppError, newId, type RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CommandApprovalQueries } from './command-approval.queries.ts';
import { argvHash, type CommandApproval, type CommandCaller } from './command-approval.ts';

/** In which a command has to be approved and run. */
export const APPROVAL_MS = 10 * 60_000;
/** That one user may have waiting: an administrator reads them all. */
const MAX_PENDING = 10;

type Step = 'requested' | 'approved' | 'refused' | 'started';

const REASONS: Readonly<Record<Step, string>> = {
  requested: 'A command that changes something waits for an administrator.',
  approved: 'An administrator approved a command, to run once.',
  refused: 'An administrator refused a command.',
  started: 'An approved command starts; its approval is used up.',
};

/**
 * Commands that change something, asked for through the MCP server `gatehouse` (threat T13). An approval is for one user's
 * one session and the very arguments that were asked for, for ten minutes from then, and for one run. Each step is a row
 * first.
 */
@Injectable()
export class CommandApprovals {
  constructor(
    @Inject(CommandApprovalQueries) private readonly queries: CommandApprovalQueries,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Of the last day, the latest first; `live`: those alone that can be approved or used. */
  list(options: { readonly live: boolean }): Promise<readonly CommandApproval[]> {
    return this.queries.list(options.live);
  }

  /** The one that waits or is approved for these arguments already, else a new one. @throws AppError `MCP_COMMANDS_RATE` */
  async request(
    caller: CommandCaller,
    argv: readonly string[],
    context: RequestContext,
  ): Promise<CommandApproval> {
    const known = await this.queries.findLive(caller, argv);
    if (known !== null) return known;
    if ((await this.queries.countPending(caller.userId)) >= MAX_PENDING) {
      throw new AppError('MCP_COMMANDS_RATE', 'as many commands wait for an administrator as may', {
        hint: 'Have them approved or refused, or wait ten minutes.',
      });
    }
    const id = newId();
    await this.#record('requested', id, argv, context);
    await this.queries.add(id, caller, argv, APPROVAL_MS);
    return this.#get(id);
  }

  /** @throws AppError `MCP_COMMAND_NOT_FOUND`, `MCP_COMMAND_CONFLICT` when it was decided already or its time is over */
  async decide(id: string, approved: boolean, context: RequestContext): Promise<CommandApproval> {
    const found = await this.#get(id);
    if (found.state !== 'pending') throw notPending(found);
    await this.#record(approved ? 'approved' : 'refused', id, found.argv, context);
    if (!(await this.queries.decide(id, approved, context.userId))) throw notPending(await this.#get(id));
    return this.#get(id);
  }

  /**
   * Uses an approval up, before what it is for runs.
   * @throws AppError `MCP_COMMAND_REFUSED` unless it is approved, this caller's, for these arguments, and unused
   */
  async use(
    id: string,
    caller: CommandCaller,
    argv: readonly string[],
    context: RequestContext,
  ): Promise<void> {
    const found = await this.queries.findLive(caller, argv);
    if (found?.id !== id || found.state !== 'approved') throw notApproved();
    await this.#record('started', id, argv, context);
    if (!(await this.queries.use(id, caller, argv))) throw notApproved();
  }

  async #get(id: string): Promise<CommandApproval> {
    const found = await this.queries.find(id);
    if (found === null) throw new AppError('MCP_COMMAND_NOT_FOUND', 'no such command waits or waited today');
    return found;
  }

  async #record(step: Step, id: string, argv: readonly string[], context: RequestContext): Promise<void> {
    await this.audit.record({
      event: `admin.command_${step}`,
      context,
      action: 'mcp__gatehouse__run_command',
      decision: 'allow',
      policy: 'not_applicable',
      reason: REASONS[step],
      detail: { approval: id, argv: [...argv], argv_sha256: argvHash(argv) },
    });
  }
}

function notApproved(): AppError {
  return new AppError(
    'MCP_COMMAND_REFUSED',
    'no administrator approved this very command, or it ran already',
  );
}

function notPending({ state }: CommandApproval): AppError {
  return new AppError('MCP_COMMAND_CONFLICT', `that command does not wait any more: it is ${state}`);
}
