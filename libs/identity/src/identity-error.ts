import { AppError, type AppErrorOptions } from '@gatehouse/kernel';

/** Every expected failure of this library: its stable code, and what it tells the person who can act. */
const IDENTITY_ERRORS = {
  IDENTITY_EMAIL_INVALID: 'an e-mail address has the form name@host, in ASCII, at most 254 characters',
  IDENTITY_EMAIL_TAKEN: 'another user has this e-mail address',
  IDENTITY_DISPLAY_NAME_INVALID: 'a display name has 1 to 100 characters, none of them a control character',
  IDENTITY_TEXT_HOLDS_CREDENTIAL:
    'this holds a credential, and is kept nowhere; name it without, and rotate it if it is real',
  IDENTITY_DEPARTMENT_INVALID: 'a department has 1 to 63 of a-z 0-9 . _ - and starts with a letter or digit',
  IDENTITY_ROLE_INVALID: 'a role is one of admin, user, service, a2a, mcp, anonymous',
  IDENTITY_NOTHING_TO_CHANGE: 'nothing is given that could be changed',
  IDENTITY_BULK_UNBOUNDED: 'a change of many users names at least one thing that they have in common',
  IDENTITY_BULK_FULL: 'this concerns more than 500 users; narrow it',
  IDENTITY_USER_UNKNOWN: 'there is no such user',
  IDENTITY_REGISTRATION_UNKNOWN: 'nobody waits under this id',
  IDENTITY_USER_DELETED: 'the user is deleted; a deleted user does not come back',
  IDENTITY_USER_INACTIVE: 'the user is not active',
  IDENTITY_LAST_ADMIN: 'this is the last active admin; make another user admin first',
  IDENTITY_SESSION_UNKNOWN: 'there is no such session',
  IDENTITY_SESSION_ENDED: 'the session has ended; log in again',
  IDENTITY_SESSION_RATE: 'this user has opened 10 sessions within a minute; wait, or use one of them',
  IDENTITY_DURATION_INVALID: 'a session lasts more than nothing and at most 24 hours',
  IDENTITY_CLIENT_INVALID: 'a client or device id has 1 to 128 of A-Z a-z 0-9 . _ : -',
  IDENTITY_AGENT_UNKNOWN: 'services/agents has no such agent',
  IDENTITY_AGENT_DISABLED: 'the agent is disabled in services/agents',
  IDENTITY_AGENT_NOT_ALLOWED: "the agent is not for users of this user's role",
  IDENTITY_AGENT_NESTED:
    'a hook credential is not delegated; start from the session of a user or of an agent',
  IDENTITY_DELEGATION_DEEP: 'at most four agents stand between a user and a call',
  IDENTITY_SCOPE_EXCEEDED: 'that is more than the session was granted',
  IDENTITY_RESOURCE_UNKNOWN: 'a resource is api, hooks, or mcp/<server> with a server of services/mcp',
  IDENTITY_HOOK_CREDENTIAL_UNKNOWN: 'there is no such hook credential',
  IDENTITY_HOOK_CREDENTIALS_FULL: 'this user has 20 live hook credentials; revoke one first',
  IDENTITY_LINK_REFUSED: 'this link is not good any more: it was used, or is older than ten minutes',
  IDENTITY_PASSKEY_REFUSED: 'this passkey logs nobody in here',
  IDENTITY_PASSKEY_UNKNOWN: 'there is no such passkey',
  IDENTITY_PASSKEYS_FULL: 'there are ten passkeys; remove one first',
  IDENTITY_LOGIN_STALE: 'the login is older than ten minutes; log in again for this',
  IDENTITY_LOGIN_REFUSED: 'no active user has this e-mail address',
  IDENTITY_PROOF_REQUIRED:
    'outside evaluation mode this needs a second proof: the operator passphrase, typed at a terminal or in the file that GATEHOUSE_OPERATOR_PASSPHRASE_FILE names, or with --browser a passkey or one-time link in a browser',
  IDENTITY_PROOF_WRONG: 'that is not the second proof that is needed',
  IDENTITY_PROOF_REFUSED: 'the person at the browser said no',
  IDENTITY_PROOF_OVER: 'nobody proved it at a browser in time; run the command again',
  IDENTITY_PROOF_REQUEST_UNKNOWN:
    'no command line waits with this code; it may have waited longer than five minutes',
  IDENTITY_PROOF_REQUESTS_FULL: 'ten command lines wait for a proof in a browser; wait five minutes',
  IDENTITY_PROOF_THROTTLED: 'five attempts at the operator passphrase within a minute; wait a minute',
  IDENTITY_PASSPHRASE_UNSET:
    'no operator passphrase is set; set one at a terminal: gatehouse admin operator passphrase set, or prove it in a browser: --browser',
  IDENTITY_PASSPHRASE_WEAK: 'an operator passphrase has 12 to 1024 characters',
  IDENTITY_SCOPE_INVALID:
    'an API key has 1 to 64 scopes, each of them api, hooks, mcp:<server> or a permission of roles.yaml',
  IDENTITY_KEY_DAYS_INVALID: 'an API key lasts 1 to 365 days',
  IDENTITY_API_KEY_UNKNOWN: 'there is no such API key, or it has ended',
  IDENTITY_API_KEYS_FULL: 'this user has 20 live API keys; revoke one first',
  IDENTITY_NETWORK_INVALID:
    'an address or network is written as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32, at least 8 bits long (IPv6: 16)',
  IDENTITY_NETWORK_OWN: 'this holds 127.0.0.1 or ::1, by which the command line reaches its own server',
  IDENTITY_BAN_REASON_INVALID: 'a ban has a reason of 1 to 500 characters, none of them a control character',
  IDENTITY_BAN_DURATION_INVALID: 'a ban lasts at least a second and at most ten years, or until it is lifted',
  IDENTITY_BAN_EXISTS: 'this network is banned already',
  IDENTITY_BAN_UNKNOWN: 'there is no such ban in force',
  IDENTITY_BANS_FULL: 'there are 10,000 bans in force; lift some, or ban wider networks',
  IDENTITY_CURSOR_INVALID: 'the cursor is not one that a list returned',
} as const;

export type IdentityErrorCode = keyof typeof IDENTITY_ERRORS;

export function identityError(code: IdentityErrorCode, options?: AppErrorOptions): AppError {
  return new AppError(code, IDENTITY_ERRORS[code], options);
}
