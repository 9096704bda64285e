import { contextOf } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { type CommandApproval, CommandApprovals } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';

/** A command that waits, as an endpoint shows it. */
export interface ShownCommandApproval {
  readonly id: string;
  readonly argv: readonly string[];
  readonly state: CommandApproval['state'];
  readonly user_id: string;
  readonly session_id: string;
  readonly requested_at: string;
  readonly expires_at: string;
  readonly decided_by: string | null;
}

/** Where administrators see which commands wait, and decide. */
@Injectable()
export class CommandApprovalDesk {
  constructor(@Inject(CommandApprovals) private readonly approvals: CommandApprovals) {}

  async list(live: boolean): Promise<{ readonly approvals: readonly ShownCommandApproval[] }> {
    return { approvals: (await this.approvals.list({ live })).map(shown) };
  }

  /** @throws AppError `MCP_COMMAND_NOT_FOUND`, `MCP_COMMAND_CONFLICT` */
  async decide(
    id: string,
    approved: boolean,
    caller: Principal,
  ): Promise<{ readonly approval: ShownCommandApproval }> {
    const context = contextOf({ ok: true, principal: caller }, {});
    return { approval: shown(await this.approvals.decide(id, approved, context)) };
  }
}

function shown(approval: CommandApproval): ShownCommandApproval {
  return {
    id: approval.id,
    argv: approval.argv,
    state: approval.state,
    user_id: approval.userId,
    session_id: approval.sessionId,
    requested_at: approval.requestedAt.toISOString(),
    expires_at: approval.expiresAt.toISOString(),
    decided_by: approval.decidedBy,
  };
}
