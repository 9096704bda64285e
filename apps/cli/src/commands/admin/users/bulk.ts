import { BULK_ACTIONS, type BulkAction, USER_STATUSES, UserBulk } from '@gatehouse/identity';
import { given, ROLES } from '@gatehouse/kernel';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { USER_COLUMNS, userData } from '../../../users/user-data.ts';

export default class AdminUsersBulk extends GatehouseCommand<typeof AdminUsersBulk> {
  static override summary = 'Suspend, reactivate or delete every user that fits, except yourself.';
  static override description =
    'At least one filter is needed, and all that are given have to fit. Each change is a row of its own, and one that fails stops no other; exit code 1 when one failed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> suspend --department finance --dry-run',
    '<%= config.bin %> <%= command.id %> delete --status suspended --older-than 90 --yes',
  ];
  static override args = {
    action: Args.string({ required: true, options: [...BULK_ACTIONS], description: 'What to do.' }),
  };
  static override flags = {
    role: Flags.option({ options: ROLES, description: 'Of this role.' })(),
    status: Flags.option({ options: USER_STATUSES, description: 'Of this status.' })(),
    department: Flags.string({ description: 'Of this department.' }),
    text: Flags.string({ description: 'With this in the e-mail address or name.' }),
    'older-than': Flags.integer({ min: 1, max: 36_500, description: 'A user for more than this many days.' }),
    'dry-run': Flags.boolean({ description: 'Say whom it concerns, and change nothing.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const {
      role,
      status,
      department,
      text,
      yes,
      'older-than': olderThanDays,
      'dry-run': dryRun,
    } = this.flags;
    const action = this.args.action as BulkAction;
    const filter = given({ role, status, department, text, olderThanDays });
    const many = operator.get(UserBulk);
    const { matched } = await many.change(action, filter, { actor: operator.context, dryRun: true });
    const outcome = dryRun
      ? { matched, changed: [], failed: [] }
      : await this.#change(action, matched.length, yes, () =>
          many.change(action, filter, { actor: operator.context }),
        );
    const report = tableReport({
      title: dryRun ? `Would ${action}` : `Bulk ${action}`,
      key: 'users',
      columns: USER_COLUMNS,
      rows: outcome.matched.map(userData),
      more: {
        dry_run: dryRun,
        changed: [...outcome.changed],
        failed: outcome.failed.map(({ userId, code }) => ({ user_id: userId, code })),
      },
      empty: 'Nobody fits.',
    });
    return outcome.failed.length === 0 ? report : { ...report, exitCode: 1 };
  }

  async #change<T>(action: BulkAction, count: number, yes: boolean, change: () => Promise<T>): Promise<T> {
    if (count > 0) await this.destroys(`${action} ${count} user(s)?`, yes);
    return change();
  }
}
