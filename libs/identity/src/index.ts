export { Agents, type Delegation } from './agents/agents.service.ts';
export { type ApiKey, isApiKey } from './api-keys/api-key.ts';
export { API_KEY_LIMITS, ApiKeys, type IssuedApiKey, type NewApiKey } from './api-keys/api-keys.service.ts';
export type { BrowserProof, BrowserSession } from './browser-sessions/browser-session.ts';
export {
  BrowserSessions,
  type OpenedBrowserSession,
  type ProveUser,
} from './browser-sessions/browser-sessions.service.ts';
export { isCsrfToken } from './browser-sessions/csrf-token.ts';
export type {
  CredentialOutcome,
  CredentialProblem,
  HookBinding,
  Principal,
} from './credentials/credential-outcome.ts';
export { CredentialResolver } from './credentials/credential-resolver.service.ts';
export { HookAnswerKeys } from './hook-credentials/hook-answer-keys.ts';
export type { HookCredential } from './hook-credentials/hook-credential.ts';
export { hookCredentialId } from './hook-credentials/hook-credential-text.ts';
export { HookCredentials, type NewHookCredential } from './hook-credentials/hook-credentials.service.ts';
export { HookPlaces, type Sighting } from './hook-credentials/hook-places.service.ts';
export { IdentityModule } from './identity.module.ts';
export type { IdentityErrorCode } from './identity-error.ts';
export { addressPrefix } from './ip-bans/address-prefix.ts';
export { type IpBan, isInForce } from './ip-bans/ip-ban.ts';
export { IpBans, type NewIpBan } from './ip-bans/ip-bans.service.ts';
export { networkOf, plainAddress } from './ip-bans/network.ts';
export { sessionContext } from './lifecycle/session-context.ts';
export {
  type LoginLink,
  type LoginLinkRequest,
  LoginLinks,
} from './login-links/login-links.service.ts';
export { type LoginAttempt, LoginProof } from './logins/login-proof.ts';
export { type Login, type LoginRequest, Logins } from './logins/logins.service.ts';
export { OperatorPassphrase } from './logins/operator-passphrase.service.ts';
export { OperatorProofs } from './logins/operator-proofs.service.ts';
export type { SecondProof } from './logins/second-proof.ts';
export type { OperatorRequest } from './operator-requests/operator-request.ts';
export { type NewOperatorRequest, OperatorRequests } from './operator-requests/operator-requests.service.ts';
export type { Page, PageRequest } from './page.ts';
export type { Passkey } from './passkeys/passkey.ts';
export { Passkeys } from './passkeys/passkeys.service.ts';
export type { Registration } from './registrations/registration.ts';
export { Registrations } from './registrations/registrations.service.ts';
export { isLive, type RevokedReason, type Session, type SessionKind } from './sessions/session.ts';
export { type SessionFilter, type SessionOpening, Sessions } from './sessions/sessions.service.ts';
export type { AccessTokenClaims } from './tokens/access-token-claims.ts';
export { AccessTokenVerifier } from './tokens/access-token-verifier.ts';
export { type AccessTokenRequest, AccessTokens, type IssuedToken } from './tokens/access-tokens.service.ts';
export { audienceOf, type Resource } from './tokens/resource.ts';
export { API_SCOPE, listingScope, mayAct, serverScope } from './tokens/scope-names.ts';
export { TokenAudiences } from './tokens/token-audiences.ts';
export { TokenKey } from './tokens/token-key.ts';
export { USER_STATUSES, type User, type UserStatus } from './users/user.ts';
export {
  BULK_ACTIONS,
  type BulkAction,
  type BulkFilter,
  type BulkOutcome,
  UserBulk,
} from './users/user-bulk.service.ts';
export { type UserCounts, UserCountsReader } from './users/user-counts.service.ts';
export { type NewUser, type UserFilter, Users } from './users/users.service.ts';
export { FirstUsers } from './world/first-users.service.ts';
