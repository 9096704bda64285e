import { LoginLinks } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminUsersLoginLink extends GatehouseCommand<typeof AdminUsersLoginLink> {
  static override readonly commandTool = 'never';
  static override summary = 'Make a one-time link by which a user logs in in a browser.';
  static override description =
    'Whoever opens it is that user, so hand it over on a way that only they read. It is good once, for ten minutes. In production this needs the operator passphrase.';
  static override examples = ['<%= config.bin %> <%= command.id %> maya@example.test'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const { url, expiresAt } = await operator.get(LoginLinks).create(this.args.user, operator.context);
    return cardReport('Login link', { url: url.reveal(), expires_at: expiresAt.toISOString() });
  }
}
