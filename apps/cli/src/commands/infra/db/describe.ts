import { describeTable } from '@gatehouse/database';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraDbDescribe extends GatehouseCommand<typeof InfraDbDescribe> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show the columns and indexes of a table.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> audit_log',
    '<%= config.bin %> <%= command.id %> audit_log --json',
  ];
  static override args = { table: Args.string({ required: true, description: 'The name of a table.' }) };

  protected override async report(): Promise<Report> {
    const { platform } = await this.operator('db:read');
    const { name, columns, indexes } = await describeTable(platform.database, this.args.table);
    const rows = columns.map(({ primaryKey, ...column }) => ({ ...column, primary_key: primaryKey }));
    return {
      artifactType: 'table',
      title: `Table ${name}`,
      data: { name, columns: rows, indexes: indexes.map((index) => ({ ...index })) },
      hints: { columns: ['name', 'type', 'nullable', 'default', 'primary_key'] },
      parts: [
        { kind: 'table', columns: ['name', 'type', 'nullable', 'default', 'primary_key'], rows },
        { kind: 'heading', text: 'Indexes' },
        { kind: 'table', columns: ['name', 'definition'], rows: indexes.map((index) => ({ ...index })) },
      ],
    };
  }
}
