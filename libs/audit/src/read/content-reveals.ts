import { AppError, type JsonObject, type RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log.ts';
import type { AuditVisibility } from './audit-filter.ts';
import { AuditReader } from './audit-reader.ts';
import type { AuditRow } from './audit-row.ts';

/** Who looks at what others sent and got back, from where, and why. The caller has seen to it that they may. */
export interface RevealRequest {
  readonly context: RequestContext;
  /** The route or command. */
  readonly action: string;
  /** 3 to 500 characters; it stands in the row, sealed. */
  readonly reason: string;
}

export interface Revealed {
  readonly rows: readonly AuditRow[];
  /** The row that says so; null where nothing was withheld. */
  readonly record: string | null;
}

const IDS = 50;

/** Shows recorded content of others, behind a committed `content.revealed` row (threat T18). */
@Injectable()
export class ContentReveals {
  constructor(
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(AuditReader) private readonly reader: AuditReader,
  ) {}

  /**
   * Everything that belongs to a row, task or trace id within sight, with its content; empty when there is no such id.
   * @throws AppError `AUDIT_REASON_INVALID`, `AUDIT_UNAVAILABLE`: then nothing is shown
   */
  async trace(id: string, visibility: AuditVisibility, request: RevealRequest): Promise<Revealed> {
    const reason = reasonOf(request);
    const rows = await this.reader.trace(id, visibility);
    const withheld = rows.filter(isWithheld);
    if (withheld.length === 0) return { rows, record: null };
    const record = await this.record(
      { ...request, reason },
      {
        rows: withheld.length,
        row_ids: withheld.slice(0, IDS).map((row) => row.id),
        user_ids: [...new Set(withheld.map((row) => row.user_id))].slice(0, IDS),
      },
    );
    // What was committed meanwhile is not on record as looked at: it stays out.
    const recorded = new Set(rows.map((row) => row.id));
    const shown = await this.reader.trace(id, { ...visibility, revealed: true });
    return { rows: shown.filter((row) => recorded.has(row.id)), record };
  }

  /** Puts on record what is about to be shown; returns the row's id once it is committed. */
  async record(request: RevealRequest, what: JsonObject): Promise<string> {
    const { id } = await this.log.record({
      event: 'content.revealed',
      context: request.context,
      action: request.action,
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'Recorded inputs and outputs of others are shown.',
      detail: { reason: reasonOf(request), ...what },
    });
    return id;
  }
}

function isWithheld({ evaluation, result }: AuditRow): boolean {
  return [evaluation.content, result?.content].some(
    (content) => typeof content === 'object' && content !== null && 'withheld' in content,
  );
}

function reasonOf({ reason }: RevealRequest): string {
  const said = reason.trim();
  if (said.length >= 3 && said.length <= 500) return said;
  throw new AppError('AUDIT_REASON_INVALID', 'Say in 3 to 500 characters why the content is needed.');
}
