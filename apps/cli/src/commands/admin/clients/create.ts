import { given } from '@gatehouse/kernel';
import { ServiceClients } from '@gatehouse/oauth';
import { Args, Flags } from '@oclif/core';
import { clientData } from '../../../clients/client-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminClientsCreate extends GatehouseCommand<typeof AdminClientsCreate> {
  static override readonly commandTool = 'never';
  static override summary = 'Make a client for a service, with a secret that is shown this once.';
  static override description =
    'The service gets tokens of its own at /oauth/token by client credentials, as the user that it is made for. One that is an agent may also exchange a user’s token for one with which it acts for that user.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> nightly-report --user reports@example.test',
    '<%= config.bin %> <%= command.id %> helper --user helper@example.test --agent associate_agent',
  ];
  static override args = { name: Args.string({ required: true, description: 'What people call it.' }) };
  static override flags = {
    user: Flags.string({
      required: true,
      description:
        'Whom it acts as: an active user of the role service, a2a or mcp, by id or e-mail address.',
    }),
    agent: Flags.string({ description: 'The agent of services/agents that it is.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('clients:write');
    const { user, agent: agentId } = this.flags;
    const { client, secret } = await operator
      .get(ServiceClients)
      .create({ name: this.args.name, user, ...given({ agentId }) }, operator.context);
    return cardReport('Client made', { ...clientData(client), client_secret: secret.reveal() });
  }
}
