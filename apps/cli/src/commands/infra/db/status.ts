import { databaseStatus } from '@gatehouse/database';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class InfraDbStatus extends GatehouseCommand<typeof InfraDbStatus> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show the database: where it runs, its version and size, its migrations.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const { platform } = await this.operator('db:read');
    const status = await databaseStatus(platform.database);
    return cardReport('Database', {
      name: status.name,
      mode: status.mode,
      version: status.version,
      pid: status.pid,
      started_at: status.startedAt.toISOString(),
      uptime_ms: status.uptimeMs,
      size_bytes: status.sizeBytes,
      migrations: status.migrations.map(({ name }) => name),
    });
  }
}
