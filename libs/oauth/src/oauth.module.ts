import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { ClientAuthentication } from './clients/client-authentication.service.ts';
import { MetadataDocuments } from './clients/metadata-documents.ts';
import { Registration } from './clients/registration.service.ts';
import { ServiceClients } from './clients/service-clients.service.ts';
import { ServiceSessions } from './clients/service-sessions.service.ts';
import { StoredClients } from './clients/stored-clients.service.ts';
import { AuthorizationRequests } from './consents/authorization-requests.service.ts';
import { Consents } from './consents/consents.service.ts';
import { GrantedAccess } from './consents/granted-access.service.ts';
import { TokenExchange } from './delegation/token-exchange.ts';
import { DeviceRequests } from './devices/device-requests.service.ts';
import { Grants } from './grants/grants.service.ts';
import { AuthorizationServer } from './provider/authorization-server.service.ts';
import { RecordStore } from './records/record-store.ts';
import { OAuthResources } from './resources/oauth-resources.ts';
import { SigningKeys } from './signing/signing-keys.ts';
import { TokenInquiry } from './tokens/token-inquiry.service.ts';
import { TokenIssuer } from './tokens/token-issuer.service.ts';

/** The authorization server and its protected resources. Needs configuration, database, audit and the way out beside it. */
@Module({
  imports: [IdentityModule],
  providers: [
    AuthorizationRequests,
    AuthorizationServer,
    ClientAuthentication,
    Consents,
    DeviceRequests,
    GrantedAccess,
    Grants,
    MetadataDocuments,
    OAuthResources,
    RecordStore,
    Registration,
    ServiceClients,
    ServiceSessions,
    SigningKeys,
    StoredClients,
    TokenExchange,
    TokenInquiry,
    TokenIssuer,
  ],
  exports: [
    AuthorizationRequests,
    AuthorizationServer,
    ClientAuthentication,
    Consents,
    DeviceRequests,
    Grants,
    OAuthResources,
    Registration,
    ServiceClients,
    SigningKeys,
    StoredClients,
    TokenInquiry,
  ],
})
export class OAuthModule {}
