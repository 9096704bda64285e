import { AppError } from '@gatehouse/kernel';

/** 0 done; 1 failed, not valid or not found; 2 wrong usage; 3 not allowed. */
export type ExitCode = 0 | 1 | 2 | 3;

const NOT_ALLOWED = new Set([
  'CLI_NOT_ALLOWED',
  'CLI_LOGIN_REQUIRED',
  'CLI_REMOTE_LOGIN_REQUIRED',
  'CLI_REMOTE_REFUSED',
  'CLI_TERMINAL_REQUIRED',
  'CONFIG_UNSAFE_RUNTIME',
  'DATABASE_TABLE_CLOSED',
  'IDENTITY_AGENT_NOT_ALLOWED',
  'IDENTITY_LOGIN_REFUSED',
  'IDENTITY_PASSPHRASE_UNSET',
  'IDENTITY_PROOF_OVER',
  'IDENTITY_PROOF_REFUSED',
  'IDENTITY_PROOF_REQUESTS_FULL',
  'IDENTITY_PROOF_REQUIRED',
  'IDENTITY_PROOF_THROTTLED',
  'IDENTITY_PROOF_WRONG',
  'IDENTITY_SESSION_ENDED',
  'IDENTITY_USER_INACTIVE',
]);

const WRONG_USAGE = new Set([
  'AUDIT_REASON_INVALID',
  'CLI_ARGUMENT_INVALID',
  'CLI_CONFIRMATION_REQUIRED',
  'IDENTITY_BAN_DURATION_INVALID',
  'IDENTITY_BAN_REASON_INVALID',
  'IDENTITY_BULK_UNBOUNDED',
  'IDENTITY_KEY_DAYS_INVALID',
  'IDENTITY_NETWORK_INVALID',
  'IDENTITY_NOTHING_TO_CHANGE',
  'IDENTITY_SCOPE_INVALID',
  'IDENTITY_CURSOR_INVALID',
  'IDENTITY_DEPARTMENT_INVALID',
  'IDENTITY_DISPLAY_NAME_INVALID',
  'IDENTITY_DURATION_INVALID',
  'IDENTITY_EMAIL_INVALID',
  'IDENTITY_PASSPHRASE_WEAK',
  'IDENTITY_ROLE_INVALID',
  'IDENTITY_TEXT_HOLDS_CREDENTIAL',
  'OAUTH_CLIENT_NAME_INVALID',
  'SECRETS_NAME_REFUSED',
  'SECRETS_VALUE_REFUSED',
]);

/** SQLSTATE insufficient_privilege and read_only_sql_transaction. */
const DATABASE_SAID_NO = new Set(['42501', '25006']);

/** What a failure means to the script that called the command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (isUsageError(error)) return 2;
  if (!(error instanceof AppError)) return 1;
  if (NOT_ALLOWED.has(error.code)) return 3;
  if (WRONG_USAGE.has(error.code)) return 2;
  if (error.code === 'CLI_SERVER_REFUSED') return isRefusal(statusOf(error.cause)) ? 3 : 1;
  if (error.code === 'DATABASE_QUERY_REFUSED') return DATABASE_SAID_NO.has(statusOf(error.cause)) ? 3 : 1;
  return 1;
}

/** Everything that oclif itself finds wrong: unknown commands and flags, missing arguments. */
export function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error;
}

function isRefusal(status: string): boolean {
  return status === '401' || status === '403';
}

function statusOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}
