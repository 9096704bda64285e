import { UserCountsReader } from '@gatehouse/identity';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminUsersCount extends GatehouseCommand<typeof AdminUsersCount> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count users, deleted ones apart.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --breakdown',
  ];
  static override flags = {
    breakdown: Flags.boolean({ description: 'By status, role and department too.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const { total, byStatus, byRole, byDepartment } = await operator.get(UserCountsReader).read();
    const groups = { by_status: byStatus, by_role: byRole, by_department: byDepartment };
    return cardReport('Users', { count: total, ...(this.flags.breakdown ? groups : {}) });
  }
}
