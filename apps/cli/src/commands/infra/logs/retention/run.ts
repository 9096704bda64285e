import { Flags } from '@oclif/core';
import { runRetention } from '../../../../audit/retention/retention-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsRetentionRun extends GatehouseCommand<typeof InfraLogsRetentionRun> {
  static override summary = 'Drop what was kept long enough; what a legal hold covers is kept.';
  static override description =
    'Months of the audit log and days of the log, whole partitions only, each on record as audit.purged. A running server does this by itself, a month at a time.';
  static override aliases = ['infra:logs:cleanup'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --yes',
  ];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Say what would be dropped, and drop nothing.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const dryRun = this.flags['dry-run'];
    const operator = await this.operator(dryRun ? 'audit:read:all' : 'audit:purge');
    if (!dryRun) await this.confirmed('Drop what was kept long enough?', this.flags.yes);
    return runRetention(operator, dryRun);
  }
}
