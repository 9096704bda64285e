import { AppError, type AppErrorOptions } from '@gatehouse/kernel';

/** Every expected failure that is the command line's own: its code, and what it tells the person at it. */
const CLI_ERRORS = {
  CLI_NOT_ALLOWED: 'your role does not allow this command',
  CLI_LOGIN_REQUIRED: 'you are not logged in',
  CLI_CONFIRMATION_REQUIRED: 'this cannot be taken back: say --yes',
  CLI_REMOTE_LOGIN_REQUIRED: 'you are not logged in at another Gatehouse',
  CLI_REMOTE_REFUSED: 'the other Gatehouse refused',
  CLI_CANCELLED: 'cancelled; nothing was changed',
  CLI_SERVER_DOWN: 'the server does not answer',
  CLI_SERVER_REFUSED: 'the server refused the request',
  CLI_SERVER_ANSWER: 'the server gave an answer that this command does not understand',
  CLI_TERMINAL_REQUIRED: 'this needs a person at a terminal',
  CLI_TRACE_UNKNOWN: 'no trace with this id that you may see',
  CLI_AUDIT_UNKNOWN: 'no row, task or trace with this id that you may see',
  CLI_HOLD_UNKNOWN: 'no hold with this id stands',
  CLI_AUDIT_UNSIGNED: 'nothing of the audit log is signed yet',
  CLI_ARGUMENT_INVALID: 'an argument is not valid',
  CLI_AGENT_UNKNOWN: 'services/agents has no such agent',
  CLI_MCP_SERVER_UNKNOWN: 'services/mcp has no such MCP server',
  CLI_MCP_NOTHING_WAITS: 'nothing of this MCP server waits for approval',
  CLI_TOOL_FAILED: 'the tool call failed',
  CLI_PORT_TAKEN: 'the port is taken',
  CLI_SERVICE_FAILED: 'the server did not start',
  CLI_SERVICE_STUCK: 'the server did not stop in time',
  CLI_SERVICE_FOREIGN: 'the server that answers was not started by this command',
  CLI_FILE: 'the file cannot be written',
  CLI_SESSION_FILE: 'the stored session cannot be read',
} as const;

export type CliErrorCode = keyof typeof CLI_ERRORS;

/** `message` says more than the code's own sentence where there is more to say. */
export function cliError(
  code: CliErrorCode,
  options: AppErrorOptions & { readonly message?: string } = {},
): AppError {
  const { message, ...rest } = options;
  return new AppError(code, message ?? CLI_ERRORS[code], rest);
}
