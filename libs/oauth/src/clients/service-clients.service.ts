import { randomBytes } from 'node:crypto';
import { AuditLog, WrittenTexts } from '@gatehouse/audit';
import { Agents, Sessions, Users } from '@gatehouse/identity';
import { newId, type RequestContext, Secret } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { oauthError } from '../oauth-error.ts';
import { TOKEN_EXCHANGE_GRANT } from './first-party.ts';
import type { StoredClient } from './stored-client.ts';
import { StoredClients } from './stored-clients.service.ts';

const SERVICE_ROLES = new Set(['service', 'a2a', 'mcp']);
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u;

export interface NewServiceClient {
  readonly name: string;
  /** Whom it acts as: the id or e-mail address of an active user of the role service, a2a or mcp. */
  readonly user: string;
  /** The agent that it is: it may then exchange users' tokens for such with which it acts for them. */
  readonly agentId?: string;
}

/** Services that get tokens with a secret of their own, in their own name. An administrator makes them. */
@Injectable()
export class ServiceClients {
  constructor(
    private readonly clients: StoredClients,
    private readonly users: Users,
    private readonly agents: Agents,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
    private readonly dataSource: DataSource,
    private readonly texts: WrittenTexts,
  ) {}

  /** Of one kind, or of all. */
  async list(kind?: StoredClient['kind']): Promise<readonly StoredClient[]> {
    return this.clients.list(kind);
  }

  /**
   * The secret is shown this once.
   * @throws AppError `OAUTH_CLIENT_NAME_INVALID`, `OAUTH_CLIENT_USER_INVALID`, `OAUTH_CLIENTS_FULL`, what
   *   `Agents.get` throws
   */
  async create(
    { name, user: key, agentId }: NewServiceClient,
    actor: RequestContext,
  ): Promise<{ readonly client: StoredClient; readonly secret: Secret<string> }> {
    if (!NAME.test(name) || this.texts.holdCredential(name)) throw oauthError('OAUTH_CLIENT_NAME_INVALID');
    const user = await this.users.find(key);
    if (user?.status !== 'active' || !SERVICE_ROLES.has(user.role))
      throw oauthError('OAUTH_CLIENT_USER_INVALID');
    if (agentId !== undefined) this.agents.get(agentId);
    const id = newId();
    const secret = randomBytes(32).toString('base64url');
    const detail = { clientId: id, userId: user.id, agentId: agentId ?? null };
    await this.#record('client.registered', 'A service client was made.', detail, actor);
    const added = await this.clients.add({
      id,
      kind: 'service',
      name,
      userId: user.id,
      agentId: agentId ?? null,
      secret,
      metadata: {
        client_name: name,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials', ...(agentId === undefined ? [] : [TOKEN_EXCHANGE_GRANT])],
        response_types: [],
        redirect_uris: [],
      },
    });
    const client = await this.clients.find(id);
    if (!added || client === undefined) throw oauthError('OAUTH_CLIENTS_FULL');
    return { client, secret: new Secret(secret) };
  }

  /** Removes a client, of whatever kind, and ends its sessions. @throws AppError `OAUTH_CLIENT_UNKNOWN` */
  async remove(id: string, actor: RequestContext): Promise<void> {
    if ((await this.clients.find(id)) === undefined) throw oauthError('OAUTH_CLIENT_UNKNOWN');
    await this.#record('client.removed', 'A client was removed.', { clientId: id }, actor);
    await this.clients.remove(id);
    const live = await this.dataSource.query<{ id: string }[]>(
      'select id from sessions where client_id = $1 and revoked_at is null and expires_at > now()',
      [id],
    );
    for (const session of live) await this.sessions.revoke(session.id, { reason: 'client_removed', actor });
  }

  async #record(
    event: 'client.registered' | 'client.removed',
    reason: string,
    detail: Readonly<Record<string, string | null>>,
    context: RequestContext,
  ): Promise<void> {
    await this.audit.record({
      event,
      context,
      action: 'oauth.clients',
      decision: 'allow',
      policy: 'not_applicable',
      reason,
      detail,
    });
  }
}
