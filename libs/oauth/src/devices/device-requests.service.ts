import { Sessions } from '@gatehouse/identity';
import { Injectable } from '@nestjs/common';
import type { Provider } from 'oidc-provider';
import { nameOf } from '../clients/registration.service.ts';
import { GrantedAccess, type Person } from '../consents/granted-access.service.ts';
import {
  type AskingClient,
  clientOrigin,
  type WantedAccess,
  wantedAccess,
} from '../consents/wanted-access.ts';
import { oauthError } from '../oauth-error.ts';
import { AuthorizationServer } from '../provider/authorization-server.service.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';

type DeviceCode = NonNullable<Awaited<ReturnType<Provider['DeviceCode']['findByUserCode']>>>;

/** A program elsewhere that waits until a person lets it have access (RFC 8628). */
export interface DeviceRequest {
  /** As a person types it: `BCDF-GHJK`. */
  readonly userCode: string;
  readonly client: AskingClient;
  readonly wanted: WantedAccess;
  /** From where it asked, and what it says it is: so that a code somebody else sent is noticed (threat T28). */
  readonly requester: { readonly address: string; readonly userAgent: string; readonly askedAt: Date };
  readonly code: DeviceCode;
}

/** Programs that wait with a code, from the code that a person types to the answer. */
@Injectable()
export class DeviceRequests {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly resources: OAuthResources,
    private readonly granted: GrantedAccess,
    private readonly sessions: Sessions,
  ) {}

  /** @throws AppError `OAUTH_DEVICE_CODE_UNKNOWN` alike for what never was, has expired or was answered */
  async get(typed: string): Promise<DeviceRequest> {
    const userCode = typed.toUpperCase().replace(/[^A-Z]/g, '');
    const provider = await this.server.provider();
    const code = userCode.length === 8 ? await provider.DeviceCode.findByUserCode(userCode) : undefined;
    if (code === undefined || code.error !== undefined || code.accountId !== undefined)
      throw oauthError('OAUTH_DEVICE_CODE_UNKNOWN');
    const client = await provider.Client.find(code.clientId ?? '');
    if (client === undefined) throw oauthError('OAUTH_DEVICE_CODE_UNKNOWN');
    const { address, userAgent } = code.deviceInfo ?? {};
    return {
      userCode: `${userCode.slice(0, 4)}-${userCode.slice(4)}`,
      client: { id: client.clientId, name: nameOf(client.clientName), origin: clientOrigin(client.clientId) },
      wanted: wantedAccess(code.params ?? {}, this.resources),
      requester: {
        address: typeof address === 'string' ? address : 'unknown',
        userAgent: typeof userAgent === 'string' ? userAgent : '',
        askedAt: new Date((code.iat ?? 0) * 1000),
      },
      code,
    };
  }

  async allow({ client, wanted, code }: DeviceRequest, person: Person): Promise<void> {
    const provider = await this.server.provider();
    if (wanted.scopes.length === 0) throw oauthError('OAUTH_DEVICE_CODE_UNKNOWN');
    const grantId = await this.granted.allow(provider, person, { client, wanted, target: 'device' });
    const { createdAt } = await this.sessions.get(person.sessionId);
    Object.assign(code, {
      accountId: person.userId,
      grantId,
      scope: wanted.scopes.map(({ scope }) => scope).join(' '),
      authTime: Math.floor(createdAt.getTime() / 1000),
      ...(wanted.resourceUrl === null ? {} : { resource: wanted.resourceUrl }),
    });
    await code.save();
  }

  async refuse({ client, wanted, code }: DeviceRequest, person: Person): Promise<void> {
    await this.granted.refuse(person, { client, wanted, target: 'device' });
    Object.assign(code, { error: 'access_denied', errorDescription: 'the person refused' });
    await code.save();
  }
}
