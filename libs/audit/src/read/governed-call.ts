/** A governed call without what was sent and what came back: its decision, and its end where one is recorded. */
export interface GovernedCallRow {
  /** The id of the row that decided. */
  readonly request_id: string;
  readonly occurred_at: string;
  readonly trace_id: string;
  readonly task_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly agent_id: string | null;
  readonly client_id: string;
  readonly kind: 'tool' | 'model';
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: string;
  /** Of the decision, as its caller was told it. */
  readonly reason: string;
  /** Of the completion; `denied`, or `open` while none is recorded. */
  readonly status: string;
  readonly duration_ms: number | null;
  readonly cost_microdollars: string;
}

/** What calls to list; every member narrows. */
export interface CallFilter {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly decision?: 'allow' | 'deny';
  /** Exactly as in the row. */
  readonly action?: string;
  readonly kind?: 'tool' | 'model';
  readonly since?: Date;
  readonly until?: Date;
  /** Calls before this one: the last id of the page before. */
  readonly before?: string;
  /** 1 to 200. */
  readonly limit: number;
}

/** Calls of one trace, added up. */
export interface TraceSummary {
  readonly trace_id: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly user_id: string;
  readonly agent_id: string | null;
  readonly calls: number;
  readonly denied: number;
  readonly failed: number;
  readonly open: number;
  /** The trace goes on: only its first 400 rows are added up. */
  readonly cut: boolean;
  /** From its first row to its last. */
  readonly duration_ms: number;
  readonly actions: readonly string[];
}

/** How many calls there were, of what, and how they ended. */
export interface CallStatistics {
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: string;
  readonly calls: number;
}
