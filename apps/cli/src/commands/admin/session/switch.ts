import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { loginReport } from '../../../session/session-report.ts';

export default class AdminSessionSwitch extends GatehouseCommand<typeof AdminSessionSwitch> {
  static override readonly commandTool = 'never';
  static override summary = 'Go on as another user whose session this command line holds.';
  static override description = 'Without a live session of that user it says to log in. No session ends.';
  static override examples = ['<%= config.bin %> <%= command.id %> maya@example.test'];
  static override args = { email: Args.string({ required: true, description: 'Who to go on as.' }) };

  protected override async report(): Promise<Report> {
    const logins = await this.logins();
    return loginReport('Session', await logins.switchTo(this.args.email));
  }
}
