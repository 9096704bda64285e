import { GovernancePolicies } from '@gatehouse/config';
import { CredentialResolver } from '@gatehouse/identity';
import { ForbiddenException, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hasPermission } from '../access/has-permission.ts';
import { bearerOf } from '../http/bearer.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1']);

/** Metrics are public on loopback; from anywhere else they need `metrics:read`. */
@Injectable()
export class MetricsAccess {
  constructor(
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
  ) {}

  async check(request: FastifyRequest): Promise<void> {
    if (LOOPBACK.has(request.clientAddress)) return;
    const outcome = await this.credentials.resolve(bearerOf(request), 'api', request.clientAddress);
    if (outcome.ok && hasPermission(this.policies.current(), outcome.principal, 'metrics:read')) return;
    throw new ForbiddenException({
      code: 'PERMISSION_MISSING',
      message: 'This needs the permission metrics:read.',
    });
  }
}
