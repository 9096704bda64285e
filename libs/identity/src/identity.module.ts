import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Agents } from './agents/agents.service.ts';
import { ApiKeyEntity } from './api-keys/api-key.entity.ts';
import { ApiKeys } from './api-keys/api-keys.service.ts';
import { BrowserSessionEntity } from './browser-sessions/browser-session.entity.ts';
import { BrowserSessions } from './browser-sessions/browser-sessions.service.ts';
import { CredentialResolver } from './credentials/credential-resolver.service.ts';
import { CREDENTIAL_TAG_KEY_BYTES, CredentialTags } from './credentials/credential-tags.ts';
import { SessionMemory } from './credentials/session-memory.service.ts';
import { HOOK_ANSWER_KEY_BYTES, HookAnswerKeys } from './hook-credentials/hook-answer-keys.ts';
import { HookCredentialEntity } from './hook-credentials/hook-credential.entity.ts';
import { HookCredentials } from './hook-credentials/hook-credentials.service.ts';
import { HookPlaces } from './hook-credentials/hook-places.service.ts';
import { IpBans } from './ip-bans/ip-bans.service.ts';
import { RecordedChanges } from './lifecycle/recorded-changes.service.ts';
import { LoginLinks } from './login-links/login-links.service.ts';
import { LoginProof, NoProof, OperatorLoginProof } from './logins/login-proof.ts';
import { Logins } from './logins/logins.service.ts';
import { OperatorPassphrase } from './logins/operator-passphrase.service.ts';
import { OperatorProofs } from './logins/operator-proofs.service.ts';
import { OperatorRequests } from './operator-requests/operator-requests.service.ts';
import { PasskeyProofs } from './passkeys/passkey-proofs.service.ts';
import { Passkeys } from './passkeys/passkeys.service.ts';
import { Registrations } from './registrations/registrations.service.ts';
import { SessionEntity } from './sessions/session.entity.ts';
import { Sessions } from './sessions/sessions.service.ts';
import { AccessTokenVerifier } from './tokens/access-token-verifier.ts';
import { AccessTokens } from './tokens/access-tokens.service.ts';
import { TokenAudiences } from './tokens/token-audiences.ts';
import { TokenClock } from './tokens/token-clock.ts';
import { TOKEN_KEY_BYTES, TokenKey } from './tokens/token-key.ts';
import { UserEntity } from './users/user.entity.ts';
import { UserBulk } from './users/user-bulk.service.ts';
import { UserChanges } from './users/user-changes.service.ts';
import { UserCountsReader } from './users/user-counts.service.ts';
import { Users } from './users/users.service.ts';
import { FirstUsers } from './world/first-users.service.ts';

/** Users, sessions, tokens, agents as principals. Needs the configuration, database and audit modules beside it. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      UserEntity,
      SessionEntity,
      HookCredentialEntity,
      BrowserSessionEntity,
      ApiKeyEntity,
    ]),
  ],
  providers: [
    { provide: TokenClock, useFactory: () => new TokenClock() },
    {
      provide: TokenKey,
      inject: [CONFIGURATION],
      useFactory: ({ installation }: Configuration) =>
        new TokenKey(readOrCreateKey(installation, 'token-signing', TOKEN_KEY_BYTES)),
    },
    {
      provide: HookAnswerKeys,
      inject: [CONFIGURATION],
      useFactory: ({ installation }: Configuration) =>
        new HookAnswerKeys(readOrCreateKey(installation, 'hook-answers', HOOK_ANSWER_KEY_BYTES)),
    },
    {
      provide: CredentialTags,
      inject: [CONFIGURATION],
      useFactory: ({ installation }: Configuration) =>
        new CredentialTags(readOrCreateKey(installation, 'credential-tags', CREDENTIAL_TAG_KEY_BYTES)),
    },
    {
      provide: TokenAudiences,
      inject: [CONFIGURATION],
      useFactory: ({ profile, services }: Configuration) =>
        new TokenAudiences(profile.publicUrl, services.mcpServers.keys()),
    },
    {
      provide: AccessTokenVerifier,
      inject: [TokenKey, TokenAudiences],
      useFactory: (key: TokenKey, audiences: TokenAudiences) =>
        new AccessTokenVerifier(key, audiences.issuer),
    },
    {
      provide: LoginProof,
      inject: [CONFIGURATION, OperatorProofs],
      useFactory: ({ profile }: Configuration, proofs: OperatorProofs): LoginProof =>
        profile.mode === 'evaluation' ? new NoProof() : new OperatorLoginProof(proofs),
    },
    AccessTokens,
    Agents,
    ApiKeys,
    BrowserSessions,
    CredentialResolver,
    FirstUsers,
    HookCredentials,
    HookPlaces,
    IpBans,
    LoginLinks,
    Logins,
    OperatorPassphrase,
    OperatorProofs,
    OperatorRequests,
    PasskeyProofs,
    Passkeys,
    RecordedChanges,
    Registrations,
    SessionMemory,
    Sessions,
    UserBulk,
    UserChanges,
    UserCountsReader,
    Users,
  ],
  exports: [
    AccessTokens,
    AccessTokenVerifier,
    Agents,
    ApiKeys,
    BrowserSessions,
    CredentialResolver,
    FirstUsers,
    HookAnswerKeys,
    HookCredentials,
    HookPlaces,
    IpBans,
    LoginLinks,
    Logins,
    OperatorPassphrase,
    OperatorProofs,
    OperatorRequests,
    Passkeys,
    Registrations,
    Sessions,
    TokenAudiences,
    TokenKey,
    UserBulk,
    UserCountsReader,
    Users,
  ],
})
export class IdentityModule {}
