import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { endAllSessions, endSession, isOwnSession } from '../../../session/end-sessions.ts';

export default class AdminSessionLogout extends GatehouseCommand<typeof AdminSessionLogout> {
  static override readonly commandTool = 'never';
  static override summary = 'End your session, another one, or all of yours.';
  static override description = 'Tokens of an ended session are refused within a second, everywhere.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 019a9f5c-8f5e-7cc2-a5f1-0b3f6a1d2c4e',
    '<%= config.bin %> <%= command.id %> --all --yes',
  ];
  static override args = {
    session: Args.string({ description: 'A session id; yours where it is left out.' }),
  };
  static override flags = {
    all: Flags.boolean({ description: 'All sessions of yours.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('sessions:write:self');
    const { session } = this.args;
    if (session !== undefined && !(await isOwnSession(operator, session))) {
      await this.needs(operator, 'sessions:write:all');
    }
    if (!this.flags.all) return cardReport('Logged out', await endSession(operator, session));
    await this.confirmed('End all of your sessions?', this.flags.yes);
    return cardReport('Logged out', await endAllSessions(operator));
  }
}
