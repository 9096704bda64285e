import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type AuditVisibility, ContentReveals } from '@gatehouse/audit';
import { Flags } from '@oclif/core';
import { visibilityOf } from '../../../audit/list-audit.ts';
import { cliError } from '../../../errors/cli-error.ts';
import { LineCommand } from '../../../line-command.ts';
import { auditLines, EXPORT_FILE_FORMATS, logLines } from '../../../logs/export-rows.ts';
import { LOG_FLAGS, logFilter, times } from '../../../logs/log-wish.ts';
import { writeLines } from '../../../report/write-lines.ts';
import type { Operator } from '../../../session/operator.ts';

export default class InfraLogsExport extends LineCommand<typeof InfraLogsExport> {
  static override summary = 'Write audit rows or log lines as NDJSON, OCSF, CEF, ECS, syslog or CSV.';
  static override description =
    'Oldest first, to standard output or a new file of mode 0600. A lasting export to a SIEM is a sink of services/export. Recorded inputs and outputs leave with --content alone: your own, and with a reason, which needs audit:reveal and is itself a row, those of others.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 24h > rows.ndjson',
    '<%= config.bin %> <%= command.id %> --format ocsf --since 7d --output rows.ocsf.ndjson',
    '<%= config.bin %> <%= command.id %> --format csv --decision deny --limit 1000',
    '<%= config.bin %> <%= command.id %> --content --reason "incident 4711" --since 1h',
    '<%= config.bin %> <%= command.id %> --source logs --format csv --level warn',
  ];
  static override flags = {
    source: Flags.option({
      description: 'What to write.',
      options: ['audit', 'logs'] as const,
      default: 'audit',
    })(),
    format: Flags.option({
      char: 'f',
      description: 'The form of a line.',
      options: EXPORT_FILE_FORMATS,
      default: 'ndjson',
    })(),
    output: Flags.string({ char: 'o', description: 'A file that does not exist yet.' }),
    limit: Flags.integer({ description: 'Lines at most.', default: 10_000, min: 1, max: 10_000_000 }),
    since: LOG_FLAGS.since,
    until: LOG_FLAGS.until,
    level: LOG_FLAGS.level,
    module: LOG_FLAGS.module,
    event: Flags.string({ description: 'Audit rows of this event.' }),
    decision: Flags.option({
      description: 'Audit rows with this decision.',
      options: ['allow', 'deny'] as const,
    })(),
    content: Flags.boolean({ description: 'With recorded inputs and outputs: your own.' }),
    reason: Flags.string({
      description: 'With those of others too: why they are needed.',
      dependsOn: ['content'],
    }),
  };

  override async run(): Promise<void> {
    const { output } = this.flags;
    if (output === undefined) return super.run();
    const file = createWriteStream(output, { flags: 'wx', mode: 0o600 });
    await new Promise<void>((resolve, reject) => {
      file.once('open', () => resolve());
      file.once('error', ({ message }) =>
        reject(cliError('CLI_FILE', { message: `${output} cannot be made: ${message}` })),
      );
    });
    const written = await writeLines(this.lines(), file);
    file.end();
    await finished(file);
    this.note(`${written} lines written to ${output}`);
  }

  protected override async *lines(): AsyncGenerator<string> {
    const { source, format, level, module, limit, event, decision, content, since, until, reason } =
      this.flags;
    if (source === 'logs') {
      if (format !== 'ndjson' && format !== 'csv')
        throw cliError('CLI_ARGUMENT_INVALID', { message: 'logs are written as ndjson or csv' });
      const operator = await this.operator('logs:read');
      yield* logLines(operator, logFilter({ level, module, since, until, limit }), format);
      return;
    }
    const filter = {
      ...(event === undefined ? {} : { event }),
      ...(decision === undefined ? {} : { decision }),
      ...times({ since, until }),
    };
    const operator = await this.operator(reason === undefined ? 'audit:read:self' : 'audit:reveal');
    operator.require('audit:read:self');
    const visibility = await this.#visibility(operator);
    yield* auditLines(operator, visibility, filter, { format, content: content === true, limit });
  }

  /** Content of others leaves on record, or not at all. */
  async #visibility(operator: Operator): Promise<AuditVisibility> {
    const { reason, since = null, until = null, event = null, decision = null, limit } = this.flags;
    const visibility = visibilityOf(operator);
    if (reason === undefined) return visibility;
    const request = { context: operator.context, action: 'infra logs export', reason };
    await operator.get(ContentReveals).record(request, { since, until, event, decision, limit });
    return { ...visibility, revealed: true };
  }
}
