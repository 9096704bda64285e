import { GovernancePolicies, type Permission } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { ForbiddenException, Inject, Injectable } from '@nestjs/common';
import { hasPermission } from '../access/has-permission.ts';
import { ProofOfPerson } from '../access/proof-of-person.ts';

/** Permissions that are had for one's own things or for everybody's. */
@Injectable()
export class OwnOrAll {
  constructor(
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
    @Inject(ProofOfPerson) private readonly proof: ProofOfPerson,
  ) {}

  has(caller: Principal, permission: Permission): boolean {
    return hasPermission(this.policies.current(), caller, permission);
  }

  /** @throws ForbiddenException `PERMISSION_MISSING` unless it is the caller's own or the caller may touch all */
  require(caller: Principal, ownerId: string, permission: Permission): void {
    if (ownerId === caller.userId || this.has(caller, permission)) return;
    throw new ForbiddenException({
      code: 'PERMISSION_MISSING',
      message: `This needs the permission ${permission}.`,
    });
  }

  /**
   * The same where the endpoint's own permission changes nothing of others (threat T1).
   * @throws ForbiddenException as `require`, and `SECOND_PROOF_NEEDED`
   */
  async requireProven(caller: Principal, ownerId: string, permission: Permission): Promise<void> {
    this.require(caller, ownerId, permission);
    if (ownerId === caller.userId) return;
    const missing = await this.proof.missing(caller, permission);
    if (missing !== null)
      throw new ForbiddenException({ code: 'SECOND_PROOF_NEEDED', message: missing.message });
  }

  /** Whose things a list shows: the one asked for, everybody's (undefined), or one's own. */
  ownerFor(caller: Principal, asked: string | undefined, permission: Permission): string | undefined {
    if (asked !== undefined) {
      this.require(caller, asked, permission);
      return asked;
    }
    return this.has(caller, permission) ? undefined : caller.userId;
  }
}
