import { Args, Flags } from '@oclif/core';
import { skipReport } from '../../../../audit/export/skip-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsSinksSkip extends GatehouseCommand<typeof InfraLogsSinksSkip> {
  static override summary = 'Have a sink go on without the one event that the other side refuses for good.';
  static override description =
    'Such an event stops a sink, and all that comes behind it waits. This is on record with your reason; the event itself stays in the audit log. The server goes on at its next attempt.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> siem --reason "field limit of the index; told the SIEM team"',
    '<%= config.bin %> <%= command.id %> siem --reason "case 4711" --yes --json',
  ];
  static override args = { sink: Args.string({ required: true, description: 'The name of a sink.' }) };
  static override flags = {
    reason: Flags.string({ description: 'Why the other side goes without it.', required: true }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:export');
    await this.destroys(`Have ${this.args.sink} go on without what it refuses?`, this.flags.yes);
    return skipReport(operator, { sink: this.args.sink, reason: this.flags.reason });
  }
}
