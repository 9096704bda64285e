export { ClientAuthentication } from './clients/client-authentication.service.ts';
export { Registration } from './clients/registration.service.ts';
export { type NewServiceClient, ServiceClients } from './clients/service-clients.service.ts';
export type { StoredClient } from './clients/stored-client.ts';
export { StoredClients } from './clients/stored-clients.service.ts';
export {
  type AuthorizationRequest,
  AuthorizationRequests,
} from './consents/authorization-requests.service.ts';
export { Consents, type RememberedConsent } from './consents/consents.service.ts';
export type { Person } from './consents/granted-access.service.ts';
export type { AskingClient, ClientOrigin, WantedAccess } from './consents/wanted-access.ts';
export { type DeviceRequest, DeviceRequests } from './devices/device-requests.service.ts';
export { Grants } from './grants/grants.service.ts';
export { OAuthModule } from './oauth.module.ts';
export { AuthorizationServer, type ErrorPage } from './provider/authorization-server.service.ts';
export type { Refusal } from './provider/refusal.ts';
export { OAuthResources } from './resources/oauth-resources.ts';
export { type SigningKey, SigningKeys } from './signing/signing-keys.ts';
export { TokenInquiry } from './tokens/token-inquiry.service.ts';
