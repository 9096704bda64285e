import { LogReader } from '@gatehouse/audit';
import { Flags } from '@oclif/core';
import { LineCommand } from '../../../line-command.ts';
import { followLogs } from '../../../logs/follow-logs.ts';
import { logText } from '../../../logs/log-text.ts';
import { LOG_FLAGS, logFilter } from '../../../logs/log-wish.ts';
import { escapeUnsafe } from '../../../report/terminal-text.ts';

export default class InfraLogsStream extends LineCommand<typeof InfraLogsStream> {
  static override readonly commandTool = 'never';
  static override summary = 'Follow the log until Ctrl-C.';
  static override aliases = ['infra:logs:follow'];
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --level warn --json',
    '<%= config.bin %> <%= command.id %> --tail 0 --lines 10',
  ];
  static override flags = {
    level: LOG_FLAGS.level,
    module: LOG_FLAGS.module,
    tail: Flags.integer({
      description: 'Begin with the last lines, this many.',
      default: 20,
      min: 0,
      max: 1000,
    }),
    interval: Flags.integer({
      description: 'Milliseconds between two looks.',
      default: 1000,
      min: 200,
      max: 60_000,
    }),
    lines: Flags.integer({ description: 'End after so many lines.', min: 1 }),
    for: Flags.integer({ description: 'End after so many seconds.', min: 1 }),
  };

  protected override async *lines(): AsyncGenerator<string> {
    const operator = await this.operator('logs:read');
    const { tail, interval: intervalMs, lines = Number.POSITIVE_INFINITY, for: seconds } = this.flags;
    const { limit: _all, ...filter } = logFilter({ ...this.flags, limit: 1 });
    const ended = seconds === undefined ? new AbortController().signal : AbortSignal.timeout(seconds * 1000);
    let shown = 0;
    for await (const row of followLogs(operator.get(LogReader), filter, {
      tail,
      intervalMs,
      signal: ended,
    })) {
      yield this.globals.json ? escapeUnsafe(JSON.stringify(row)) : logText(row, this.colour);
      shown += 1;
      if (shown >= lines) return;
    }
  }
}
