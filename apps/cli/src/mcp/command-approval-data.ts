import { visibleJson } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import type { CommandApproval } from '@gatehouse/mcp-spawner';

export const COMMAND_COLUMNS = ['id', 'state', 'command', 'user_id', 'expires_at'] as const;

/** A command that waits. `command`: its arguments as JSON, so that it is plain where each begins and ends. */
export function commandApprovalData(approval: CommandApproval): JsonObject {
  return {
    id: approval.id,
    state: approval.state,
    command: visibleJson([...approval.argv]),
    argv: [...approval.argv],
    user_id: approval.userId,
    session_id: approval.sessionId,
    requested_at: approval.requestedAt.toISOString(),
    expires_at: approval.expiresAt.toISOString(),
    decided_by: approval.decidedBy,
  };
}
