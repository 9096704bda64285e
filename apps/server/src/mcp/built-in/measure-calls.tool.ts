import { AuditReader, type CallPerformance } from '@gatehouse/audit';
import { GovernancePolicies } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { type BuiltInAnswer, type BuiltInCall, type BuiltInTool, READS_ONLY } from './built-in-tool.ts';
import { MAX_MINUTES, minutesAgo, objectionToReading, ownRows, SINCE_MINUTES } from './own-rows.ts';
import { ToolArguments } from './tool-arguments.ts';

const MEASURES = {
  calls: { type: 'integer' },
  denied: { type: 'integer' },
  completed: { type: 'integer' },
  failed: { type: 'integer' },
  error_rate: { type: ['number', 'null'], description: 'Failed of completed, 0 to 1.' },
  p50_ms: { type: ['number', 'null'] },
  p95_ms: { type: ['number', 'null'] },
  cost_microdollars: { type: 'string', description: 'A whole number.' },
};

/** Error rate, latency and cost of the caller's own calls, in all and by action. */
@Injectable()
export class MeasureCallsTool implements BuiltInTool {
  readonly definition = {
    name: 'measure_calls',
    title: 'Measure my calls',
    description:
      'Counts your own calls and says how many were denied or failed, how long they took and what they cost, in all and by action. Use it to see which tools to leave alone or to call less.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        since_minutes: SINCE_MINUTES,
        this_session: { type: 'boolean', default: false, description: 'Only calls of this session.' },
      },
    },
    outputSchema: {
      type: 'object',
      required: ['since', 'all', 'actions'],
      properties: {
        since: { type: 'string' },
        all: { type: 'object', properties: MEASURES },
        actions: {
          type: 'array',
          items: { type: 'object', properties: { action: { type: 'string' }, ...MEASURES } },
        },
      },
    },
    annotations: READS_ONLY,
  };

  constructor(
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
  ) {}

  objectionTo(caller: Principal): string | null {
    return objectionToReading(this.policies.current(), caller);
  }

  async run({ caller, args }: BuiltInCall): Promise<BuiltInAnswer> {
    const read = new ToolArguments(args, Object.keys(this.definition.inputSchema.properties));
    const since = minutesAgo(read.integer('since_minutes', { min: 1, max: MAX_MINUTES, or: 60 }));
    const { visibility, narrowed } = ownRows(caller);
    const session = read.flag('this_session') ? { sessionId: caller.sessionId } : {};
    const measured = await this.reader.performance({ since, ...narrowed, ...session }, visibility);
    const all = measured.find(({ action }) => action === null);
    const actions = measured.flatMap((one) =>
      one.action === null ? [] : [{ action: one.action, ...measures(one) }],
    );
    return { content: { since: since.toISOString(), all: all === undefined ? {} : measures(all), actions } };
  }
}

function measures({ action: _of, ...counted }: CallPerformance): JsonObject {
  const { completed, failed } = counted;
  return { ...counted, error_rate: completed === 0 ? null : failed / completed };
}
