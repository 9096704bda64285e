import type { AuditVisibility } from '@gatehouse/audit';
import { GovernancePolicies } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { hasPermission } from '../access/has-permission.ts';

/** Whose rows a caller sees: all with `audit:read:all`, its department's with `audit:read:department`, else its own (threat T18). */
@Injectable()
export class AuditSight {
  constructor(@Inject(GovernancePolicies) private readonly policies: GovernancePolicies) {}

  of(caller: Principal): AuditVisibility {
    const policy = this.policies.current();
    const { userId, department } = caller;
    if (hasPermission(policy, caller, 'audit:read:all')) return { kind: 'all', userId };
    const departments = department !== null && hasPermission(policy, caller, 'audit:read:department');
    return departments ? { kind: 'department', userId, department } : { kind: 'self', userId };
  }
}
