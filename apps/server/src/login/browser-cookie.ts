import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { type BrowserSession, BrowserSessions } from '@gatehouse/identity';
import type { Secret } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The cookie of a browser's session: `HttpOnly`, `SameSite=Strict`, for this host alone, `Secure` exactly when the
 * public URL is https. Cookies do not tell ports apart, so its name says the port: two installations on one machine
 * keep to themselves.
 */
@Injectable()
export class BrowserCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(
    @Inject(CONFIGURATION) { profile }: Configuration,
    @Inject(BrowserSessions) private readonly sessions: BrowserSessions,
  ) {
    const { protocol, port } = new URL(profile.publicUrl);
    const secure = protocol === 'https:';
    this.#name = secure ? '__Host-gatehouse' : `gatehouse_${port === '' ? '80' : port}`;
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  /** Who is behind the request's cookie, or null. A write also needs the session's `csrfToken` (threat T17). */
  session(request: FastifyRequest): Promise<BrowserSession | null> {
    return this.sessions.resolve(this.valueOf(request), request.clientAddress);
  }

  /** The cookie's value. Of two with its name neither counts: one was put there by somebody else. */
  valueOf({ headers }: FastifyRequest): string | undefined {
    const values = (headers.cookie ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`));
    return values.length === 1 ? values[0]!.slice(this.#name.length + 1) : undefined;
  }

  set(reply: FastifyReply, value: Secret<string>, expiresAt: Date): void {
    const seconds = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
    void reply.header(
      'set-cookie',
      `${this.#name}=${value.reveal()}; Max-Age=${seconds}; ${this.#attributes}`,
    );
  }

  clear(reply: FastifyReply): void {
    void reply.header('set-cookie', `${this.#name}=; Max-Age=0; ${this.#attributes}`);
  }
}
