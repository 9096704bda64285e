export type { SealedVersion } from './sealed/sealed-version.ts';
export { SecretsModule } from './secrets.module.ts';
export { SecretStore, type SetSecret } from './store/secret-store.service.ts';
export { SECRETS_CHANNEL } from './store/secret-version.queries.ts';
export type { SecretVersion } from './store/secret-version.ts';
export { OVERSIZED_METHOD } from './warden/warden-order.ts';
export { type Command, type WardenStart, wardenStart } from './warden/warden-start.ts';
