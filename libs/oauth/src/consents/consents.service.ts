import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isLoopback, redirectHost } from '../clients/redirect-safety.ts';

/** What a person agreed to: this client, this address, this resource, these scopes. */
export interface Consent {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** A URL; empty where only who the person is was asked for. */
  readonly resource: string;
  readonly scopes: readonly string[];
}

const REMEMBERED = '90 days';

/**
 * Consents that a person need not give twice. Nothing is remembered of a program that registered itself or that takes
 * its answers on a person's own machine: anybody can say to be that one (threat T28).
 */
@Injectable()
export class Consents {
  constructor(private readonly dataSource: DataSource) {}

  /** Whether a consent to this may be remembered at all. */
  mayRemember({ clientId, redirectUri }: Pick<Consent, 'clientId' | 'redirectUri'>): boolean {
    const client = URL.parse(clientId);
    const target = URL.parse(redirectUri);
    if (client?.protocol !== 'https:' || target?.protocol !== 'https:') return false;
    return !isLoopback(redirectUri) && client.host === target.host;
  }

  async remember(consent: Consent): Promise<void> {
    if (!this.mayRemember(consent)) return;
    await this.dataSource.query(
      `insert into oauth_consents (user_id, client_id, redirect_host, resource, scopes, expires_at)
       values ($1, $2, $3, $4, $5, now() + interval '${REMEMBERED}')
       on conflict (user_id, client_id, redirect_host, resource) do update
         set scopes = excluded.scopes, given_at = now(), expires_at = excluded.expires_at`,
      [
        consent.userId,
        consent.clientId,
        redirectHost(consent.redirectUri),
        consent.resource,
        [...consent.scopes],
      ],
    );
  }

  /** Whether the person has agreed to all of this before. */
  async remembers(consent: Consent): Promise<boolean> {
    if (!this.mayRemember(consent)) return false;
    const [found] = await this.dataSource.query<{ scopes: string[] }[]>(
      `select scopes from oauth_consents
       where user_id = $1 and client_id = $2 and redirect_host = $3 and resource = $4 and expires_at > now()`,
      [consent.userId, consent.clientId, redirectHost(consent.redirectUri), consent.resource],
    );
    return found !== undefined && consent.scopes.every((scope) => found.scopes.includes(scope));
  }

  /** Forgets what a person agreed to for a client. */
  async forget(userId: string, clientId: string): Promise<void> {
    await this.dataSource.query('delete from oauth_consents where user_id = $1 and client_id = $2', [
      userId,
      clientId,
    ]);
  }
}
