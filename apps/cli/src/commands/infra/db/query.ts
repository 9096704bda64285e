import { Args, Flags } from '@oclif/core';
import { queryAsReader } from '../../../database/query-as-reader.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraDbQuery extends GatehouseCommand<typeof InfraDbQuery> {
  static override readonly commandTool = 'reads';
  static override summary = 'Run one SQL statement that reads the audit tables.';
  static override description =
    'Runs as the role that may only read, in a transaction that is rolled back, for ten seconds at most and 10,000 rows at most. Each query is a row of the audit log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "select event, count(*) from audit_log group by event"',
    '<%= config.bin %> <%= command.id %> --json "select * from audit_log where decision = \'deny\'" --limit 20',
  ];
  static override args = { sql: Args.string({ required: true, description: 'One SQL statement.' }) };
  static override flags = {
    limit: Flags.integer({ description: 'Show this many rows at most.', min: 1, max: 10_000 }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('db:query');
    return queryAsReader(operator, this.args.sql, this.flags.limit);
  }
}
