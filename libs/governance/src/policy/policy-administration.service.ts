import { type AuditEntry, WrittenTexts } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, describeProblem, GovernancePolicies } from '@gatehouse/config';
import { type Principal, Users } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { contextOf } from '../calls/context-of.ts';
import { type AppliedPolicy, versionInForce } from './applied-policy.ts';
import { LivePolicy } from './live-policy.ts';
import { insertApproval, listApprovals, listPending } from './policy-ledger.queries.ts';
import { PolicyLedger } from './policy-ledger.service.ts';
import type { PolicyStatus } from './policy-status.ts';

export const BREAK_GLASS_MINUTES = 60;

interface Change {
  readonly version: string;
  readonly previousVersion: string;
}

/**
 * How a change of the policy files comes into force in production (threat T8). Nobody knows which administrator edited
 * a file; so where there are two, a change needs two who stand by it: the first `apply` vouches for it, that of
 * another administrator brings it into force. A break-glass needs one, and is over after an hour.
 */
@Injectable()
export class PolicyAdministration {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
    @Inject(LivePolicy) private readonly live: LivePolicy,
    @Inject(PolicyLedger) private readonly ledger: PolicyLedger,
    @Inject(Users) private readonly users: Users,
    @Inject(WrittenTexts) private readonly texts: WrittenTexts,
  ) {}

  async status(): Promise<PolicyStatus> {
    const pending = this.policies.pending();
    const change = pending?.version == null ? null : { ...pending, version: pending.version };
    return this.ledger.read(async (query) => {
      const known = await listPending(query);
      return {
        mode: this.configuration.profile.mode,
        version: this.live.current().version,
        inForce: this.ledger.latest(),
        inStep: this.live.inStep(),
        pending:
          change === null
            ? null
            : {
                version: change.version,
                previousVersion: change.previousVersion,
                files: change.files,
                diff: change.diff,
                approvals: await listApprovals(query, change),
              },
        elsewhere: known.filter(({ version }) => version !== change?.version),
        problems: this.policies.problems().map(describeProblem),
      };
    });
  }

  /**
   * Brings the waiting change with this hash into force everywhere; also makes a break-glass permanent.
   * Returns `approved` where another administrator has to apply it too.
   * @throws AppError `GOVERNANCE_MODE_CONFLICT`, `GOVERNANCE_ADMIN_REFUSED`, `GOVERNANCE_CHANGE_NOT_FOUND`
   */
  async apply(version: string, by: Principal): Promise<'applied' | 'approved'> {
    this.#mayChange(by);
    let outcome: 'applied' | 'approved' = 'applied';
    await this.ledger.record(async (query, latest) => {
      const change = this.#changeTo(version, latest);
      await insertApproval(query, change, by);
      const vouching = (await listApprovals(query, change)).map(({ userId }) => userId);
      outcome = (await this.#enough(by, vouching)) ? 'applied' : 'approved';
      return outcome === 'approved'
        ? { entry: this.#row(by, 'approved', 'An administrator stands by a change of the policy.', change) }
        : {
            applied: { ...change, kind: 'applied', by },
            entry: this.#row(by, 'released', 'An administrator applied a change of the policy.', change, {
              approvedBy: vouching,
            }),
          };
    });
    if (outcome === 'applied') await this.policies.recheck();
    return outcome;
  }

  /**
   * Brings the waiting change with this hash into force at once, for an hour.
   * @throws as `apply`, and AppError `GOVERNANCE_REASON_INVALID` for a reason that holds a credential
   */
  async breakGlass(version: string, reason: string, by: Principal): Promise<void> {
    this.#mayChange(by);
    if (this.texts.holdCredential(reason)) {
      throw new AppError(
        'GOVERNANCE_REASON_INVALID',
        'The reason holds a credential, and is kept nowhere; say it without, and rotate it if it is real.',
      );
    }
    await this.ledger.record(async (_query, latest) => {
      const change = this.#changeTo(version, latest);
      if (latest?.kind === 'break_glass' && latest.version === version && !latest.expired) {
        throw new AppError(
          'GOVERNANCE_BREAK_GLASS_CONFLICT',
          'This change is in force by break-glass already.',
        );
      }
      return {
        applied: { ...change, kind: 'break_glass', by, reason, revertsAfterMinutes: BREAK_GLASS_MINUTES },
        entry: this.#row(
          by,
          'break_glass',
          'An administrator broke the glass: the change of the policy is in force for an hour.',
          change,
          { reason, revertsAfterMinutes: BREAK_GLASS_MINUTES },
        ),
      };
    });
    await this.policies.recheck();
  }

  #mayChange({ role, agentId, kind }: Principal): void {
    if (this.configuration.profile.mode !== 'production') {
      throw new AppError(
        'GOVERNANCE_MODE_CONFLICT',
        'In evaluation mode a change of the policy files is in force at once; nothing waits to be applied.',
      );
    }
    if (role === 'admin' && agentId === null && kind === 'access_token') return;
    throw new AppError('GOVERNANCE_ADMIN_REFUSED', "This needs an administrator's own session.");
  }

  /** The change from what properly holds to this version; a break-glass changed nothing for good. */
  #changeTo(version: string, latest: AppliedPolicy | null): Change {
    const broken = latest?.kind === 'break_glass' && !latest.expired ? latest : null;
    const waits = this.policies.pending()?.version === version || broken?.version === version;
    const previousVersion = broken?.previousVersion ?? (latest === null ? null : versionInForce(latest));
    if (waits && previousVersion !== null && previousVersion !== version) return { version, previousVersion };
    throw new AppError(
      'GOVERNANCE_CHANGE_NOT_FOUND',
      'No change of the policy files with this hash waits here.',
      {
        hint: '`gatehouse admin governance status` shows what waits.',
      },
    );
  }

  /** With one administrator, that one; with more, another one who is an administrator now. */
  async #enough(by: Principal, vouching: readonly string[]): Promise<boolean> {
    const admins = await this.users.list({ role: 'admin', status: 'active' });
    if (!admins.items.some(({ id }) => id !== by.userId)) return true;
    for (const id of vouching) {
      if (id === by.userId) continue;
      const user = await this.users.find(id);
      if (user?.role === 'admin' && user.status === 'active') return true;
    }
    return false;
  }

  #row(
    by: Principal,
    outcome: string,
    reason: string,
    change: Change,
    more: NonNullable<AuditEntry['detail']> = {},
  ): AuditEntry {
    return {
      event: 'policy.changed',
      context: contextOf({ ok: true, principal: by }, {}),
      action: `governance.policy.${outcome === 'break_glass' ? 'break_glass' : 'apply'}`,
      decision: 'allow',
      policy: 'not_applicable',
      reason,
      policyVersion: this.live.current().version,
      detail: { outcome, ...change, ...more },
    };
  }
}
