import { Args, Flags } from '@oclif/core';
import { releaseHold } from '../../../../audit/retention/hold-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsHoldRelease extends GatehouseCommand<typeof InfraLogsHoldRelease> {
  static override summary = 'Release a legal hold. What it kept of dropped months stays.';
  static override examples = ['<%= config.bin %> <%= command.id %> HOLD --reason "case closed" --yes'];
  static override args = { hold: Args.string({ required: true, description: 'The id of a hold.' }) };
  static override flags = {
    reason: Flags.string({ description: 'Why; it stands on the row.', required: true }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:hold');
    await this.confirmed(`Release the hold ${this.args.hold}?`, this.flags.yes);
    return releaseHold(operator, this.args.hold, this.flags.reason);
  }
}
