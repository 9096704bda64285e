import type { JsonObject } from '@gatehouse/kernel';
import type { RemoteLogin } from './remote-login-file.ts';

/** A login at another Gatehouse, without what it is made of. */
export function remoteLoginData({ issuer, userId, name, email, expiresAtMs }: RemoteLogin): JsonObject {
  const accessUntil = new Date(expiresAtMs).toISOString();
  return { gatehouse: issuer, user_id: userId, name, email, access_until: accessUntil };
}
