import { Sessions, Users } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { cliError } from '../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { endSession } from '../../../session/end-sessions.ts';

export default class AdminSessionRevoke extends GatehouseCommand<typeof AdminSessionRevoke> {
  static override summary = "End anybody's session, or all sessions of a user.";
  static override description = 'Tokens of an ended session are refused within a second, everywhere.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 019a9f5c-8f5e-7cc2-a5f1-0b3f6a1d2c4e',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --yes',
  ];
  static override args = { session: Args.string({ description: 'A session id.' }) };
  static override flags = {
    user: Flags.string({ description: 'All sessions of this user, by id or e-mail address.' }),
    credentials: Flags.boolean({
      description: 'With --user: hook credentials and API keys too.',
      dependsOn: ['user'],
    }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const { user: wanted, credentials: lasting, yes } = this.flags;
    if ((wanted === undefined) === (this.args.session === undefined)) {
      throw cliError('CLI_ARGUMENT_INVALID', { message: 'name a session or --user, one of the two' });
    }
    const operator = await this.operator('sessions:write:all');
    if (wanted === undefined)
      return cardReport('Session ended', await endSession(operator, this.args.session));
    const user = await operator.get(Users).get(wanted);
    await this.confirmed(`End all sessions of ${user.email}?`, yes);
    const options = { reason: 'operator', actor: operator.context, lasting } as const;
    const ended = await operator.get(Sessions).revokeAll(user.id, options);
    return cardReport('Sessions ended', { user_id: user.id, ended });
  }
}
