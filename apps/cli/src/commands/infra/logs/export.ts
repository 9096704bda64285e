import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import type { Scanner } from '@gatehouse/secret-scanner';
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
    'Oldest first, to standard output or a new file of mode 0600. A lasting export to a SIEM is a sink of services/export. Recorded inputs and outputs leave with --content alone, which needs audit:reveal and a reason and is itself a row.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 24h > rows.ndjson',
    '<%= config.bin %> <%= command.id %> --format ocsf --since 7d --output rows.ocsf.ndjson',
    '<%= config.bin %> <%= command.id %> --format csv --decision deny --limit 1000',
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
    content: Flags.boolean({ description: 'With recorded inputs and outputs.', dependsOn: ['reason'] }),
    reason: Flags.string({ description: 'Why the content is needed.' }),
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
    const { source, format, level, module, limit, event, decision, content, since, until } = this.flags;
    if (source === 'logs') {
      if (format !== 'ndjson' && format !== 'csv')
        throw cliError('CLI_ARGUMENT_INVALID', { message: 'logs are written as ndjson or csv' });
      const operator = await this.operator('logs:read');
      yield* logLines(operator, logFilter({ level, module, since, until, limit }), format);
      return;
    }
    const operator = await this.operator('audit:read:self');
    if (content) await this.#reveal(operator);
    const filter = {
      ...(event === undefined ? {} : { event }),
      ...(decision === undefined ? {} : { decision }),
      ...times({ since, until }),
    };
    yield* auditLines(operator, visibilityOf(operator), filter, { format, content: content === true, limit });
  }

  /** Content of others leaves on record, or not at all. */
  async #reveal(operator: Operator): Promise<void> {
    operator.require('audit:reveal');
    const { reason = '', since = null, until = null, event = null, decision = null, limit } = this.flags;
    await operator.get(AuditLog).record({
      event: 'content.revealed',
      context: operator.context,
      action: 'infra logs export',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'An operator exports recorded inputs and outputs.',
      input: ScannedValue.of(operator.platform.app.get<Scanner>(SCANNER), {
        reason,
        since,
        until,
        event,
        decision,
        limit,
      }),
    });
  }
}
