import { AppError } from '@gatehouse/kernel';
import { expect, it } from 'vitest';
import { cliError } from './cli-error.ts';
import { exitCodeOf } from './exit-code.ts';

it.each([
  ['a bug', new TypeError('x is not a function'), 1],
  ['something thrown that is no error', 'text', 1],
  ['what is not found', new AppError('IDENTITY_USER_UNKNOWN', ''), 1],
  ['an invalid configuration', new AppError('CONFIG_INVALID', ''), 1],
  ['a server that is down', cliError('CLI_SERVER_DOWN'), 1],
  ['a server that failed', cliError('CLI_SERVER_REFUSED', { cause: { code: '500' } }), 1],
  ['a wrong statement', new AppError('DATABASE_QUERY_REFUSED', '', { cause: { code: '42601' } }), 1],
  ['wrong usage', Object.assign(new Error('Nonexistent flag'), { oclif: { exit: 2 } }), 2],
  ['an unknown command', Object.assign(new Error('not found'), { oclif: { exit: 127 } }), 2],
  ['a wrong argument', cliError('CLI_ARGUMENT_INVALID'), 2],
  ['an address that is none', new AppError('IDENTITY_EMAIL_INVALID', ''), 2],
  ['a role that may not', cliError('CLI_NOT_ALLOWED'), 3],
  ['nobody logged in', cliError('CLI_LOGIN_REQUIRED'), 3],
  ['a proof that is missing', new AppError('IDENTITY_PROOF_REQUIRED', ''), 3],
  ['a server that says no', cliError('CLI_SERVER_REFUSED', { cause: { code: '403' } }), 3],
  ['a database that says no', new AppError('DATABASE_QUERY_REFUSED', '', { cause: { code: '42501' } }), 3],
])('%s', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
