import { ServiceClients } from '@gatehouse/oauth';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminClientsRemove extends GatehouseCommand<typeof AdminClientsRemove> {
  static override summary = 'Remove a client; what it was given ends within a second.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 019a6f2e-5b7c-7d11-9c02-1f6f6a0b7a10 --yes',
  ];
  static override args = { client: Args.string({ required: true, description: 'Its client id.' }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('clients:write');
    await this.confirmed(`Remove ${this.args.client} and end its sessions?`, this.flags.yes);
    await operator.get(ServiceClients).remove(this.args.client, operator.context);
    return cardReport('Client removed', { client_id: this.args.client });
  }
}
