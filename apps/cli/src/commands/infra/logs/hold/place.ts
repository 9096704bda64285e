import { Flags } from '@oclif/core';
import { placeHold } from '../../../../audit/retention/hold-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsHoldPlace extends GatehouseCommand<typeof InfraLogsHoldPlace> {
  static override summary =
    'Place a legal hold: the rows of a user, a trace or a period are neither dropped nor erased.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user maya@example.test --reason "case 4711"',
    '<%= config.bin %> <%= command.id %> --since 2026-07-01 --until 2026-07-31 --reason "case 4711"',
  ];
  static override flags = {
    user: Flags.string({ description: 'A user id or e-mail address.', exclusive: ['trace', 'since'] }),
    trace: Flags.string({ description: 'A trace id.', exclusive: ['user', 'since'] }),
    since: Flags.string({ description: 'The first moment of a period.', dependsOn: ['until'] }),
    until: Flags.string({ description: 'The last moment of a period.', dependsOn: ['since'] }),
    reason: Flags.string({ description: 'Why; it stands on the row.', required: true }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:hold');
    return placeHold(operator, this.flags);
  }
}
