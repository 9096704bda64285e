import { Users } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';
import { userData } from '../../../../users/user-data.ts';

export default class AdminUsersDepartmentSet extends GatehouseCommand<typeof AdminUsersDepartmentSet> {
  static override summary = "Set a user's department, or take it away; their sessions end.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> maya@example.test finance',
    '<%= config.bin %> <%= command.id %> maya@example.test',
  ];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
    department: Args.string({ description: 'The department; none where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:role');
    const { user, department = null } = this.args;
    const changed = await operator.get(Users).setDepartment(user, department, operator.context);
    return cardReport('Department set', userData(changed));
  }
}
