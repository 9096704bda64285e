import { type Session, Sessions } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { StoredClients } from './stored-clients.service.ts';

/** The one session in which a service acts in its own name, opened anew when it has ended. */
@Injectable()
export class ServiceSessions {
  readonly #opening = new Map<string, Promise<Session>>();

  constructor(
    private readonly clients: StoredClients,
    private readonly sessions: Sessions,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws OAuthRefusal `invalid_client` for what is no service; OAuthRefusal `invalid_grant` where its user is not active */
  async session(clientId: string): Promise<Session> {
    const opening = this.#opening.get(clientId);
    if (opening !== undefined) return opening;
    const opened = this.#session(clientId).finally(() => this.#opening.delete(clientId));
    this.#opening.set(clientId, opened);
    return opened;
  }

  async #session(clientId: string): Promise<Session> {
    const client = await this.clients.find(clientId);
    if (client?.userId === null || client === undefined)
      throw new OAuthRefusal('invalid_client', 'no service');
    const [live] = await this.dataSource.query<{ id: string }[]>(
      `select id from sessions where user_id = $1 and client_id = $2 and kind = 'user' and revoked_at is null
         and expires_at > now() + interval '1 minute' order by id desc limit 1`,
      [client.userId, clientId],
    );
    if (live !== undefined) return this.sessions.get(live.id);
    try {
      return await this.sessions.open({ userId: client.userId, clientId });
    } catch (error) {
      if (error instanceof AppError && error.code === 'IDENTITY_SESSION_RATE')
        throw new OAuthRefusal(
          'temporarily_unavailable',
          'the service has opened ten sessions within a minute',
        );
      if (error instanceof AppError) throw new OAuthRefusal('invalid_grant', error.code);
      throw error;
    }
  }
}
