/**
 * Whose rows a reader may see (threat T18). What was sent and what came back is shown of one's own rows (`userId`);
 * of others' it is withheld, unless it was revealed, which is a row of its own first.
 */
export type AuditVisibility = (
  | { readonly kind: 'all'; readonly userId?: string }
  | { readonly kind: 'self'; readonly userId: string }
  /** One's own, and those of whoever is in the department now. */
  | { readonly kind: 'department'; readonly userId: string; readonly department: string }
) & { readonly revealed?: boolean };

/** What to list. Every member narrows; none means everything that is visible. */
export interface AuditFilter {
  readonly event?: string;
  readonly decision?: 'allow' | 'deny';
  readonly policy?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly traceId?: string;
  readonly taskId?: string;
  readonly agentId?: string;
  readonly action?: string;
  /** A part of the reason or the action, whatever its case. */
  readonly text?: string;
  /** Allowed calls that nobody has said the end of for 15 minutes (threat T14). */
  readonly open?: boolean;
  readonly since?: Date;
  readonly until?: Date;
  /** Rows before this one, newest first: the last id of the page before. */
  readonly before?: string;
  /** 1 to 200. */
  readonly limit: number;
}

/**
 * One page. A filter that fits hardly anything is looked for no longer than a moment: the page then holds fewer rows than
 * were asked for, even none, and `next` goes on behind what was looked through.
 */
export interface AuditPage<Row> {
  readonly rows: readonly Row[];
  /** Hand it in as `before` for the next page; null behind the last row. */
  readonly next: string | null;
}
