import { AppError, type AppErrorOptions } from '@gatehouse/kernel';

/** Every expected failure of this library: its stable code, and what it tells the person who can act. */
const OAUTH_ERRORS = {
  OAUTH_CLIENT_UNKNOWN: 'there is no such client',
  OAUTH_CONSENT_UNKNOWN: 'there is no such consent',
  OAUTH_CLIENT_NAME_INVALID:
    'a client has a name of 1 to 100 characters, none of them a control character, that holds no credential',
  OAUTH_CLIENT_USER_INVALID: 'a service client acts as an active user of the role service, a2a or mcp',
  OAUTH_CLIENTS_FULL: 'there are 200 service clients; remove one first',
  OAUTH_REQUEST_UNKNOWN:
    'there is no such request under way at this browser; start again at the program that asked',
  OAUTH_REQUEST_ANSWERED: 'this request has been answered already',
  OAUTH_DEVICE_CODE_UNKNOWN: 'no program waits with this code; it may have waited too long',
  OAUTH_KEYS_UNREADABLE: 'the signing keys of the authorization server are not readable',
} as const;

export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

export function oauthError(code: OAuthErrorCode, options?: AppErrorOptions): AppError {
  return new AppError(code, OAUTH_ERRORS[code], options);
}
