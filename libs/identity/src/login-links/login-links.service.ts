import { AuditLog, systemContext } from '@gatehouse/audit';
import {
  AppError,
  type ClientId,
  newId,
  type RequestContext,
  type Secret,
  type UserId,
} from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BrowserSessions, type OpenedBrowserSession } from '../browser-sessions/browser-sessions.service.ts';
import { hashOf, newOpaqueText, opaqueId } from '../credentials/opaque-text.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { Registrations } from '../registrations/registrations.service.ts';
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { emailOf } from '../users/user-input.ts';
import { Users } from '../users/users.service.ts';
import { insertLink, listRequests, noteRequest, spendLink } from './login-link.queries.ts';

type Refused = { readonly code: string };
type Asked = { readonly userId: string | null; readonly registrationId?: string };

const PREFIX = 'ghl_';
const LIFETIME_MS = 10 * 60 * 1000;
/** Whether there is such a user shows neither in what is answered nor in how long it takes. */
const REQUEST_MS = 300;

export interface LoginLink {
  /** Below the public URL. Opening it shows a page; only its form spends the code (threat T17). */
  readonly url: Secret<string>;
  readonly expiresAt: Date;
}

export interface LoginLinkRequest {
  readonly userId: string;
  readonly requestedAt: Date;
}

/** One-time links that open a session in a browser: ten minutes, once, by a form. */
@Injectable()
export class LoginLinks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly registrations: Registrations,
    private readonly browserSessions: BrowserSessions,
    private readonly changes: RecordedChanges,
    private readonly audit: AuditLog,
    private readonly audiences: TokenAudiences,
    private readonly clock: TokenClock,
  ) {}

  /**
   * Makes a link for an active user, who is whoever opens it. At most three are open for a user.
   * @throws AppError `IDENTITY_USER_UNKNOWN`, `IDENTITY_USER_INACTIVE`
   */
  async create(idOrEmail: string, actor: RequestContext = systemContext()): Promise<LoginLink> {
    const user = await this.users.get(idOrEmail);
    if (user.status !== 'active') throw identityError('IDENTITY_USER_INACTIVE');
    return this.changes.make(async (manager) => {
      const id = newId();
      const code = newOpaqueText(PREFIX, id);
      const createdAt = new Date(this.clock.now());
      const expiresAt = new Date(createdAt.getTime() + LIFETIME_MS);
      await insertLink(manager, { id, hash: hashOf(code.reveal()), userId: user.id, createdAt, expiresAt });
      const detail = { credential: 'login_link', linkId: id, userId: user.id };
      const reason = 'A one-time login link was made.';
      const base = `${this.audiences.issuer}/login/link?code=`;
      return {
        result: { url: code.map((text) => `${base}${text}`), expiresAt },
        events: [{ event: 'credential.rotated', actor, action: 'login_links.create', reason, detail }],
      };
    });
  }

  /** @throws AppError `IDENTITY_LINK_REFUSED` alike for an unknown, spent and expired code and an inactive user */
  async redeem(code: string): Promise<OpenedBrowserSession> {
    try {
      if (opaqueId(PREFIX, code) === undefined) throw identityError('IDENTITY_LINK_REFUSED');
      return await this.browserSessions.open('link', async (manager, now) => {
        const userId = await spendLink(manager, hashOf(code), now);
        if (userId === null) throw identityError('IDENTITY_LINK_REFUSED');
        return { userId };
      });
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === null) throw error;
      await this.#record('login_links.redeem', 'The login was refused.', { code: refused });
      throw identityError('IDENTITY_LINK_REFUSED');
    }
  }

  /**
   * Notes that somebody at the login page asks for a link for this address: administrators see it, and make one. Where
   * registration is open for the address, one that is nobody's asks for an account by it.
   * Says nothing about who exists, and takes the same time for everybody.
   */
  async request(email: string): Promise<void> {
    const answerAtMs = performance.now() + REQUEST_MS;
    try {
      const address = emailOf(email);
      const userId = await noteRequest(this.dataSource, address, new Date(this.clock.now()));
      const registrationId = userId === null ? await this.registrations.ask(address) : null;
      const detail = registrationId === null ? { userId } : { userId, registrationId };
      await this.#record('login_links.request', 'Somebody asked for a login link.', detail);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'IDENTITY_EMAIL_INVALID')) throw error;
    } finally {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, answerAtMs - performance.now())));
    }
  }

  /** Who has asked and got none yet, newest first. */
  requests(): Promise<readonly LoginLinkRequest[]> {
    return listRequests(this.dataSource);
  }

  /** Nobody has proven to be anybody: the row is of nobody. */
  async #record(action: string, reason: string, detail: Refused | Asked) {
    const { userId: nobody, role } = { userId: 'anonymous' as UserId, role: 'anonymous' as const };
    await this.audit.record({
      event: 'code' in detail ? 'login.failed' : 'admin.login_link_requested',
      context: systemContext({ userId: nobody, role, clientId: 'browser' as ClientId }),
      action,
      decision: 'code' in detail ? 'deny' : 'allow',
      policy: 'code' in detail ? 'token_invalid' : 'not_applicable',
      reason,
      detail,
    });
  }
}

/** The code of what is wrong with a link or its user, for the row alone. Anything else is ours, and told as such. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof AppError)) return null;
  const told = ['IDENTITY_LINK_REFUSED', 'IDENTITY_USER_INACTIVE', 'IDENTITY_USER_UNKNOWN'];
  return told.includes(error.code) ? error.code : null;
}
