import { ServiceClients } from '@gatehouse/oauth';
import { CLIENT_COLUMNS, clientData } from '../../../clients/client-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class AdminClientsList extends GatehouseCommand<typeof AdminClientsList> {
  static override readonly commandTool = 'reads';
  static override summary =
    'List the programs that may ask for tokens: services, and such as registered themselves.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('clients:read');
    const clients = await operator.get(ServiceClients).list();
    return tableReport({
      title: 'Clients',
      key: 'clients',
      columns: CLIENT_COLUMNS,
      rows: clients.map(clientData),
    });
  }
}
