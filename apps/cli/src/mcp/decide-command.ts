import { visibleJson } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { CommandApprovals } from '@gatehouse/mcp-spawner';
import type { Operator } from '../session/operator.ts';
import { commandApprovalData } from './command-approval-data.ts';

export interface CommandDecision {
  readonly id: string;
  readonly isApproved: boolean;
  /** Asks the person at the terminal, with the whole command before their eyes. */
  readonly confirm: (question: string) => Promise<void>;
}

/**
 * Decides over a command that waits, once the person has seen what it is.
 * @throws AppError `MCP_COMMAND_NOT_FOUND`, `MCP_COMMAND_CONFLICT` where it does not wait any more
 */
export async function decideCommand(
  operator: Operator,
  { id, isApproved, confirm }: CommandDecision,
): Promise<JsonObject> {
  const approvals = operator.get(CommandApprovals);
  const waiting = (await approvals.list({ live: true })).find((each) => each.id === id);
  const shown = waiting === undefined ? '' : ` ${visibleJson([...waiting.argv])}`;
  await confirm(`${isApproved ? 'Approve' : 'Refuse'}${shown}?`);
  return commandApprovalData(await approvals.decide(id, isApproved, operator.context));
}
