import type { AuditVisibility } from '@gatehouse/audit';
import { GovernancePolicies } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { hasPermission } from '../access/has-permission.ts';

/** Whose rows a caller sees: all with `audit:read:all`, else its own (threat T18). */
@Injectable()
export class AuditSight {
  constructor(@Inject(GovernancePolicies) private readonly policies: GovernancePolicies) {}

  of(caller: Principal): AuditVisibility {
    const all = hasPermission(this.policies.current(), caller, 'audit:read:all');
    return all ? { kind: 'all' } : { kind: 'self', userId: caller.userId };
  }
}
