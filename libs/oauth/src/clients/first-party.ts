import type { ClientMetadata } from 'oidc-provider';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The command line of this or another Gatehouse. It holds no secret: whoever runs it has its text. */
export const CLI_CLIENT_ID = 'gatehouse-cli';

/** Programs that are known without having said so. */
export const FIRST_PARTY: readonly ClientMetadata[] = [
  {
    client_id: CLI_CLIENT_ID,
    client_name: 'Gatehouse command line',
    token_endpoint_auth_method: 'none',
    grant_types: [DEVICE_GRANT, 'refresh_token'],
    response_types: [],
    redirect_uris: [],
  },
];
