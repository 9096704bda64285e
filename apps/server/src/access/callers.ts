import {
  type BrowserSession,
  CredentialResolver,
  isApiKey,
  isCsrfToken,
  type Principal,
} from '@gatehouse/identity';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { BrowserCookie } from '../login/browser-cookie.ts';
import { JwtGuard } from './jwt.guard.ts';
import { refusalOf } from './refusal.ts';

type Request = FastifyRequest & { user?: Principal };

const READS = new Set(['GET', 'HEAD']);
const CSRF_HEADER = 'x-csrf-token';

/**
 * Who calls an endpoint: an access token, an API key, or a browser's session. A cookie is never enough for a write:
 * a page of ours sends the session's token in a header beside it (threat T17).
 */
@Injectable()
export class Callers {
  constructor(
    @Inject(JwtGuard) private readonly jwt: JwtGuard,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(BrowserCookie) private readonly cookie: BrowserCookie,
  ) {}

  /** Sets `request.user`. @throws HttpException as `refusalOf` says */
  async identify(context: ExecutionContext): Promise<Principal> {
    const request = context.switchToHttp().getRequest<Request>();
    const bearer = bearerOf(request);
    if (bearer !== undefined && isApiKey(bearer))
      request.user = await this.#ofKey(bearer, request.clientAddress);
    else if (request.headers.authorization === undefined && request.headers.cookie !== undefined) {
      request.user = await this.#ofCookie(request);
    } else await this.jwt.canActivate(context);
    return request.user!;
  }

  async #ofKey(bearer: string, from: string): Promise<Principal> {
    const outcome = await this.credentials.resolve(bearer, 'api', from);
    if (!outcome.ok) throw refusalOf(outcome.problem);
    return outcome.principal;
  }

  async #ofCookie(request: Request): Promise<Principal> {
    const session = await this.cookie.session(request);
    if (session === null || !mayGoOn(request, session)) throw refusalOf('unknown_session');
    return session.principal;
  }
}

function mayGoOn({ method, headers }: Request, { csrfToken }: BrowserSession): boolean {
  const given = headers[CSRF_HEADER];
  return READS.has(method) || isCsrfToken(typeof given === 'string' ? given : undefined, csrfToken);
}
