import { AuditLog } from '@gatehouse/audit';
import type { RequestContext } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { correlationIdOf } from '../clients/correlation-id-of.ts';
import { isLoopback, redirectHost } from '../clients/redirect-safety.ts';
import { Grants } from '../grants/grants.service.ts';
import { oauthError } from '../oauth-error.ts';

/** What a person agreed to: this client, this address, this resource, these scopes. */
export interface Consent {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** A URL; empty where only who the person is was asked for. */
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** A consent that is remembered. */
export interface RememberedConsent {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly redirectHost: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly givenAt: Date;
  readonly expiresAt: Date;
}

const REMEMBERED = '90 days';
/** What a consent is about stands in the key of the table; its id is a hash of that. */
const ID = `left(encode(sha256(convert_to(
  concat_ws(chr(10), user_id, client_id, redirect_host, resource), 'UTF8')), 'hex'), 32)`;
const COLUMNS = `${ID} as id, user_id as "userId", client_id as "clientId", redirect_host as "redirectHost",
  resource, scopes, given_at as "givenAt", expires_at as "expiresAt"`;

/**
 * Consents that a person need not give twice. Nothing is remembered of a program that registered itself or that takes
 * its answers on a person's own machine: anybody can say to be that one (threat T28).
 */
@Injectable()
export class Consents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly grants: Grants,
    private readonly audit: AuditLog,
  ) {}

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

  /** Of one user, or of everybody; newest first, a thousand at most. */
  async list(userId?: string): Promise<readonly RememberedConsent[]> {
    return this.dataSource.query<RememberedConsent[]>(
      `select ${COLUMNS} from oauth_consents
       where ($1::text is null or user_id = $1) and expires_at > now() order by given_at desc limit 1000`,
      [userId ?? null],
    );
  }

  /** @throws AppError `OAUTH_CONSENT_UNKNOWN` */
  async get(id: string): Promise<RememberedConsent> {
    const [found] = await this.dataSource.query<RememberedConsent[]>(
      `select ${COLUMNS} from oauth_consents where ${ID} = $1 and expires_at > now()`,
      [id],
    );
    if (found === undefined) throw oauthError('OAUTH_CONSENT_UNKNOWN');
    return found;
  }

  /**
   * Forgets it, so that the person is asked again, and ends what the client holds of it now; a row before that.
   * @throws AppError `OAUTH_CONSENT_UNKNOWN`
   */
  async withdraw(id: string, actor: RequestContext): Promise<RememberedConsent> {
    const consent = await this.get(id);
    const { userId, clientId, resource, scopes } = consent;
    await this.audit.record({
      event: 'admin.consent_withdrawn',
      context: actor,
      action: 'consents.withdraw',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A consent was withdrawn, and what the program held of it ends.',
      detail: { userId, clientId: correlationIdOf(clientId), resource, scopes: [...scopes] },
    });
    await this.dataSource.query(`delete from oauth_consents where ${ID} = $1`, [id]);
    await this.grants.revokeAll({ userId, clientId, resource }, 'logout', actor);
    return consent;
  }
}
