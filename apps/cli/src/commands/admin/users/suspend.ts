import { Users } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersSuspend extends GatehouseCommand<typeof AdminUsersSuspend> {
  static override summary = 'Suspend a user: their sessions end, and nothing of theirs is decided any more.';
  static override examples = ['<%= config.bin %> <%= command.id %> jon@example.test --yes'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const users = operator.get(Users);
    const { id, email } = await users.get(this.args.user);
    await this.confirmed(`Suspend ${email} and end their sessions?`, this.flags.yes);
    return cardReport('User suspended', userData(await users.suspend(id, operator.context)));
  }
}
