import { sessionContext } from '@gatehouse/identity';
import { newTraceId } from '@gatehouse/kernel';
import { CommandApprovals, type CommandHandover, type CommandUse } from '@gatehouse/mcp-spawner';
import { cliError } from '../errors/cli-error.ts';
import type { Platform } from '../platform/open-platform.ts';
import { CommandLineLogins } from './logins.ts';

/**
 * Lets a command run for a caller of the MCP server `gatehouse`: one that reads, or one with an approval for these very
 * arguments, which is used up here.
 *
 * @throws AppError `CLI_NOT_ALLOWED`, `CLI_LOGIN_REQUIRED`, `MCP_COMMAND_REFUSED`
 */
export async function admitCaller(
  { approvalId, argv }: CommandHandover,
  use: CommandUse,
  open: () => Promise<Platform>,
): Promise<void> {
  if (use === 'reads' && approvalId === null) return;
  if (use !== 'changes' || approvalId === null) {
    throw cliError('CLI_NOT_ALLOWED', { message: 'this command is not for the command tool' });
  }
  const { app, configuration } = await open();
  const { user, session } = await new CommandLineLogins(app, configuration).current();
  const caller = { userId: user.id, sessionId: session.id };
  const context = sessionContext(session, user.role, { traceId: newTraceId() });
  await app.get(CommandApprovals).use(approvalId, caller, argv, context);
}
