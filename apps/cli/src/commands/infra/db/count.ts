import { countRows } from '@gatehouse/database';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class InfraDbCount extends GatehouseCommand<typeof InfraDbCount> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count the rows of a table.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> audit_log',
    '<%= config.bin %> <%= command.id %> users --json',
  ];
  static override args = { table: Args.string({ required: true, description: 'The name of a table.' }) };

  protected override async report(): Promise<Report> {
    const { platform } = await this.operator('db:read');
    const count = await countRows(platform.database, this.args.table);
    return cardReport('Count', { table: this.args.table, count });
  }
}
