import { Users } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersDelete extends GatehouseCommand<typeof AdminUsersDelete> {
  static override summary = 'Delete a user for good: sessions, hook credentials and API keys end with them.';
  static override description =
    'The id stays, so that old rows can be read; the e-mail address is free again.';
  static override examples = ['<%= config.bin %> <%= command.id %> jon@example.test --yes'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const users = operator.get(Users);
    const { id, email } = await users.get(this.args.user);
    await this.destroys(`Delete ${email} for good?`, this.flags.yes);
    return cardReport('User deleted', userData(await users.delete(id, operator.context)));
  }
}
