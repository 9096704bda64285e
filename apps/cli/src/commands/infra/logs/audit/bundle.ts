import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { pointInTime } from '../../../../audit/point-in-time.ts';
import { writeBundle } from '../../../../audit/proof/write-bundle.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditBundle extends GatehouseCommand<typeof InfraLogsAuditBundle> {
  static override summary = 'Write rows, seals and signed checkpoints into one file that proves itself.';
  static override description =
    'NDJSON, one record a line, for `audit verify --bundle` or any other verifier. Seals and checkpoints are always whole; --since and --until say whose rows are in it. What was sent and what came back is left out, unless you ask for it and say why; that is a row of the log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output audit.ndjson',
    '<%= config.bin %> <%= command.id %> --output q3.ndjson --since 2026-07-01 --until 2026-09-30',
    '<%= config.bin %> <%= command.id %> --output case.ndjson --with-content --reason "case 4711"',
  ];
  static override flags = {
    output: Flags.string({ description: 'A new file.', helpValue: 'FILE', required: true }),
    since: Flags.string({ description: 'Rows from then on: 30m, 24h, 7d, a day or a time.' }),
    until: Flags.string({ description: 'Rows up to then.' }),
    'with-content': Flags.boolean({
      description: 'With what was sent and what came back.',
      dependsOn: ['reason'],
    }),
    reason: Flags.string({ description: 'Why the content is needed.' }),
    'with-verifier': Flags.boolean({ description: 'Write the verifier beside it, as verify.mjs.' }),
  };

  protected override async report(): Promise<Report> {
    const { output, since, until, reason, ...flags } = this.flags;
    const content = flags['with-content'];
    const operator = await this.operator('audit:read:all');
    if (content) await this.needs(operator, 'audit:reveal');
    const nowMs = Date.now();
    return writeBundle(operator, {
      output,
      content,
      verifier: flags['with-verifier'],
      ...given({
        reason,
        from: since === undefined ? undefined : pointInTime(since, 'start', nowMs),
        to: until === undefined ? undefined : pointInTime(until, 'end', nowMs),
      }),
    });
  }
}
