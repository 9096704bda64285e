import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Client } from 'oidc-provider';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { AuthorizationServer } from '../provider/authorization-server.service.ts';
import { secretHash } from './stored-clients.service.ts';

/** How a client says who it is at an endpoint of ours. */
export interface ClientClaim {
  /** The header, as it came. */
  readonly authorization: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** Client authentication (RFC 6749 section 2.3) at the endpoints that stand in front of the provider's. */
@Injectable()
export class ClientAuthentication {
  constructor(private readonly server: AuthorizationServer) {}

  /** @throws OAuthRefusal `invalid_client` whatever is wrong; OAuthRefusal `invalid_request` where it is said twice */
  async authenticate(claim: ClientClaim): Promise<Client> {
    const basic = claim.authorization === undefined ? undefined : basicOf(claim.authorization);
    if (claim.authorization !== undefined && basic === undefined)
      throw new OAuthRefusal('invalid_client', 'unreadable');
    if (basic !== undefined && claim.clientSecret !== undefined)
      throw new OAuthRefusal('invalid_request', 'a client authenticates in one way');
    const id = basic?.id ?? claim.clientId;
    const secret = basic?.secret ?? claim.clientSecret;
    if (id === undefined || (basic !== undefined && claim.clientId !== undefined && claim.clientId !== id))
      throw new OAuthRefusal('invalid_client', 'who asks is not said');
    const client = await (await this.server.provider()).Client.find(id);
    if (client === undefined || !isProven(client, secret))
      throw new OAuthRefusal('invalid_client', 'not authenticated');
    return client;
  }
}

function isProven({ clientAuthMethod, clientSecret }: Client, secret: string | undefined): boolean {
  if (clientAuthMethod === 'none') return secret === undefined;
  if (clientSecret === undefined || secret === undefined) return false;
  const stored = Buffer.from(clientSecret, 'hex');
  const given = secretHash(secret);
  return stored.length === given.length && timingSafeEqual(stored, given);
}

function basicOf(header: string): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s);
  try {
    return { id: decoded(id), secret: decoded(secret) };
  } catch {
    return undefined;
  }
}

/** Client ids and secrets are form-encoded within the header (RFC 6749 section 2.3.1). */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
