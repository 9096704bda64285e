import { SecretStore } from '@gatehouse/secrets';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { missingData, secretsData } from '../../../secrets/secret-data.ts';

export default class CloudSecretsList extends GatehouseCommand<typeof CloudSecretsList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List the secrets: versions, age, who receives them, last use. Never a value.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:read');
    const configuration = await this.configuration();
    const versions = await operator.get(SecretStore).list();
    return tableReport({
      title: 'Secrets',
      key: 'secrets',
      columns: ['name', 'version', 'state', 'age_days', 'receivers', 'last_used_at', 'last_used_for'],
      rows: [...secretsData(versions, configuration, new Date()), ...missingData(versions, configuration)],
    });
  }
}
