import { AuditReader, type GovernedCallRow } from '@gatehouse/audit';
import { GovernancePolicies } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { type BuiltInAnswer, type BuiltInCall, type BuiltInTool, READS_ONLY } from './built-in-tool.ts';
import { MAX_MINUTES, minutesAgo, objectionToReading, ownRows, SINCE_MINUTES } from './own-rows.ts';
import { ToolArguments } from './tool-arguments.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const ACTION = /^[A-Za-z0-9._:/{}* -]{1,256}$/;
const ROW_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What was decided about the caller's own calls, and how those that were allowed ended. */
@Injectable()
export class ListDecisionsTool implements BuiltInTool {
  readonly definition = {
    name: 'list_decisions',
    title: 'List decisions about my calls',
    description:
      'Lists what Gatehouse decided about your own calls, newest first: allowed or denied, by which policy, for which reason, and how the allowed ones ended.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        since_minutes: SINCE_MINUTES,
        decision: { type: 'string', enum: ['allow', 'deny'], description: 'Only these.' },
        action: {
          type: 'string',
          maxLength: 256,
          description: 'Only this action, such as mcp__filesystem__read_file or Bash.',
        },
        this_session: { type: 'boolean', default: false, description: 'Only calls of this session.' },
        limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
        before: { type: 'string', description: '`next` of the page before.' },
      },
    },
    outputSchema: {
      type: 'object',
      required: ['decisions', 'next'],
      properties: {
        decisions: { type: 'array', items: { type: 'object' } },
        next: { type: ['string', 'null'] },
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
    const decision = read.text('decision', /^(?:allow|deny)$/, 'allow or deny') as
      | 'allow'
      | 'deny'
      | undefined;
    const action = read.text('action', ACTION, 'the name of an action');
    const before = read.text('before', ROW_ID, '`next` of the page before');
    const limit = read.integer('limit', { min: 1, max: MAX_LIMIT, or: DEFAULT_LIMIT });
    const minutes = read.integer('since_minutes', { min: 1, max: MAX_MINUTES, or: 60 });
    const { visibility, narrowed } = ownRows(caller);
    const { rows, next } = await this.reader.calls(
      {
        ...narrowed,
        ...(read.flag('this_session') ? { sessionId: caller.sessionId } : {}),
        ...(decision === undefined ? {} : { decision }),
        ...(action === undefined ? {} : { action }),
        ...(before === undefined ? {} : { before }),
        since: minutesAgo(minutes),
        limit,
      },
      visibility,
    );
    return { content: { decisions: rows.map(shown), next } };
  }
}

function shown(row: GovernedCallRow) {
  return {
    id: row.request_id,
    at: row.occurred_at,
    trace_id: row.trace_id,
    action: row.action,
    decision: row.decision,
    policy: row.policy,
    reason: row.reason,
    status: row.status,
    duration_ms: row.duration_ms,
    cost_microdollars: row.cost_microdollars,
  };
}
