import { randomBytes } from 'node:crypto';
import { AuditLog, systemContext, WrittenTexts } from '@gatehouse/audit';
import { type ClientId, newId, type UserId } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { AllClientMetadata } from 'oidc-provider';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { AuthorizationServer } from '../provider/authorization-server.service.ts';
import { isSafeRedirect } from './redirect-safety.ts';
import { StoredClients } from './stored-clients.service.ts';

/** What a client may say of itself when it registers. Keys, logos, request URIs and the like are left out. */
const KEPT = [
  'client_uri',
  'redirect_uris',
  'response_types',
  'token_endpoint_auth_method',
  'application_type',
  'software_id',
  'software_version',
] as const;

/** Grants that a program may use which nobody here has vetted. */
const OPEN_GRANTS = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const;

/**
 * Dynamic registration (RFC 7591), for clients of MCP revision 2025-11-25 and older: what a client says of itself is
 * never believed, so each of its requests is shown to the person with where the answer goes (threat T28).
 */
@Injectable()
export class Registration {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly clients: StoredClients,
    private readonly audit: AuditLog,
    private readonly texts: WrittenTexts,
  ) {}

  /**
   * The response of RFC 7591 section 3.2.1.
   * @throws OAuthRefusal `invalid_client_metadata`; OAuthRefusal `temporarily_unavailable` where there is no room for one more
   */
  async register(body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const id = newId();
    const said = considered(body);
    if (this.texts.holdCredential(JSON.stringify(said)))
      throw new OAuthRefusal('invalid_client_metadata', 'what the program says of itself holds a credential');
    const secret = needsSecret(said) ? randomBytes(32).toString('base64url') : null;
    const issued = { client_id: id, client_id_issued_at: Math.floor(Date.now() / 1000) };
    const withSecret = secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 };
    const metadata = await this.server.completeMetadata({ ...said, ...issued, ...withSecret });
    const { client_secret: _secret, ...kept } = metadata;
    const name = nameOf(body.client_name);
    const client = { id, kind: 'registered', name, userId: null, agentId: null } as const;
    if (!(await this.clients.add({ ...client, metadata: kept, secret })))
      throw new OAuthRefusal(
        'temporarily_unavailable',
        'too many programs have registered and were not used',
      );
    await this.audit.record({
      event: 'client.registered',
      context: systemContext({
        userId: 'anonymous' as UserId,
        role: 'anonymous',
        clientId: id as ClientId,
      }),
      action: 'oauth.register',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A program registered itself.',
      detail: { clientId: id },
      claimed: { client_name: name },
    });
    return metadata;
  }
}

function considered(body: Readonly<Record<string, unknown>>): AllClientMetadata {
  const said = Object.fromEntries(KEPT.flatMap((name) => (name in body ? [[name, body[name]]] : [])));
  const uris = said.redirect_uris ?? [];
  if (!Array.isArray(uris) || uris.length > 10 || !uris.every(isSafeRedirect)) {
    throw new OAuthRefusal(
      'invalid_client_metadata',
      'redirect_uris are ten at most, and https, a scheme of the program’s own, or http of this machine itself',
    );
  }
  const grants = body.grant_types ?? ['authorization_code'];
  const granted = OPEN_GRANTS.filter((grant) => Array.isArray(grants) && grants.includes(grant));
  if (granted.length === 0)
    throw new OAuthRefusal('invalid_client_metadata', 'grant_types name none that is open');
  const codes = granted.includes('authorization_code');
  return {
    ...(codes ? {} : { response_types: [], redirect_uris: [] }),
    ...said,
    client_name: nameOf(body.client_name),
    grant_types: [...granted],
  };
}

function needsSecret({ token_endpoint_auth_method: method }: AllClientMetadata): boolean {
  return method !== 'none';
}

/** A program's own name for itself, cut and on one line. */
export function nameOf(value: unknown): string {
  const text = typeof value === 'string' ? value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim() : '';
  return text === '' ? 'a program without a name' : text.slice(0, 100);
}
