import { listTables } from '@gatehouse/database';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class InfraDbTables extends GatehouseCommand<typeof InfraDbTables> {
  static override readonly commandTool = 'reads';
  static override summary = 'List the tables with their sizes.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const { platform } = await this.operator('db:read');
    const tables = await listTables(platform.database);
    return tableReport({
      title: 'Tables',
      key: 'tables',
      columns: ['name', 'estimated_rows', 'size_bytes'],
      rows: tables.map(({ name, estimatedRows, sizeBytes }) => ({
        name,
        estimated_rows: estimatedRows,
        size_bytes: sizeBytes,
      })),
    });
  }
}
