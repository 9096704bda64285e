import { GovernancePolicies, holdsPermission, type Permission } from '@gatehouse/config';
import { LivePolicy, PolicyDecisionPoint } from '@gatehouse/governance';
import { mayAct, type Principal } from '@gatehouse/identity';
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  ServiceUnavailableException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import { routeTemplate } from '../http/route-template.ts';
import { Callers } from './callers.ts';
import { hasPermission } from './has-permission.ts';
import { ProofOfPerson } from './proof-of-person.ts';
import { PUBLIC } from './public.decorator.ts';
import { PERMISSION } from './require-permission.decorator.ts';

type Request = FastifyRequest & { user?: Principal };

/**
 * Every endpoint: public by declaration, else a valid token and the declared permission; what declares nothing is
 * closed. A credential that is refused leaves a row. What changes
 * something may need a fresh proof of the person too (threat T1).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(LivePolicy) private readonly live: LivePolicy,
    @Inject(ProofOfPerson) private readonly proof: ProofOfPerson,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets) === true) return true;
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, targets);
    if (permission === undefined)
      throw new ForbiddenException({ code: 'ENDPOINT_CLOSED', message: 'Not open.' });
    const request = context.switchToHttp().getRequest<Request>();
    const caller = await this.#authenticate(context, request);
    await this.#knowPolicy();
    // An API key may be for single permissions, without the scope that stands for all of them.
    const inScope = mayAct(caller) || holdsPermission(caller.scopes ?? [], permission);
    if (inScope && hasPermission(this.policies.current(), caller, permission)) {
      const missing = await this.proof.missing(caller, permission);
      if (missing === null) return true;
      await this.#reject(request, 'token_invalid', missing.reason);
      throw new ForbiddenException({ code: 'SECOND_PROOF_NEEDED', message: missing.message });
    }
    await this.#reject(request, 'scope_denied', `The endpoint needs the permission ${permission}.`);
    throw new ForbiddenException({
      code: 'PERMISSION_MISSING',
      message: `This needs the permission ${permission}.`,
    });
  }

  async #knowPolicy(): Promise<void> {
    try {
      const asked = this.live.askIfSilent();
      if (asked !== undefined) await asked;
    } catch {
      throw new ServiceUnavailableException({
        code: 'POLICY_UNKNOWN_NOW',
        message: 'The database does not say now which policy is in force.',
      });
    }
  }

  async #authenticate(context: ExecutionContext, request: Request): Promise<Principal> {
    try {
      return await this.callers.identify(context);
    } catch (error) {
      if (bearerOf(request) !== undefined) {
        await this.#reject(request, 'token_invalid', 'The access token is not valid for this endpoint.');
      } else this.pdp.refusedUnrecorded(request.clientAddress);
      throw error;
    }
  }

  async #reject(request: Request, policy: 'token_invalid' | 'scope_denied', reason: string): Promise<void> {
    const { traceparent } = request.headers;
    await this.pdp.reject({
      bearer: bearerOf(request),
      remoteAddress: request.clientAddress,
      resource: 'api',
      action: routeTemplate(request),
      policy,
      reason,
      correlation: { traceparent: typeof traceparent === 'string' ? traceparent : undefined },
    });
  }
}
