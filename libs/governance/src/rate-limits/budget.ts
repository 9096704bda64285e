/** What is left of a caller's budget: the tightest of its session, its root session and its user. */
export interface BudgetState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until one call more is free; 0 while some are. */
  readonly retryAfterMs: number;
  /** Whether this very call was within the budget. Only such calls count. */
  readonly granted: boolean;
  readonly ceiling: 'session' | 'root session' | 'user';
}
