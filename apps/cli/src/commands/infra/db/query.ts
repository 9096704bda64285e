import { Args, Flags } from '@oclif/core';
import { queryAsReader } from '../../../database/query-as-reader.ts';
import { cliError } from '../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { actingCaller } from '../../../session/acting-caller.ts';

export default class InfraDbQuery extends GatehouseCommand<typeof InfraDbQuery> {
  static override readonly commandTool = 'reads';
  static override summary = 'Run one SQL statement that reads the audit tables.';
  static override description =
    'Runs as a role that may only read, in a transaction that is rolled back, for ten seconds at most and 10,000 rows at most. It sees the rows that you may read; what others sent and got back is withheld, but for a reason, which needs audit:reveal. Each query is a row of the audit log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "select event, count(*) from audit_log group by event"',
    '<%= config.bin %> <%= command.id %> --json "select * from audit_log where decision = \'deny\'" --limit 20',
    '<%= config.bin %> <%= command.id %> "select evaluation from audit_log where trace_id = \'…\'" --reason "incident 4711"',
  ];
  static override args = { sql: Args.string({ required: true, description: 'One SQL statement.' }) };
  static override flags = {
    limit: Flags.integer({ description: 'Show this many rows at most.', min: 1, max: 10_000 }),
    reason: Flags.string({ description: 'Why what others sent and got back is needed.' }),
  };

  protected override async report(): Promise<Report> {
    const { limit, reason } = this.flags;
    // For a program that may have run what reads, this would be more than reading.
    if (reason !== undefined && actingCaller() !== null)
      throw cliError('CLI_NOT_ALLOWED', { message: 'the command tool shows nothing that is withheld' });
    const operator = await this.operator(reason === undefined ? 'db:query' : 'audit:reveal');
    operator.require('db:query');
    return queryAsReader(operator, this.args.sql, { limit, reason });
  }
}
