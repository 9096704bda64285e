/** What is left of a caller's budget: the tightest of its session, its root session and its user. */
export interface BudgetState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until one call more is free; 0 while some are. */
  readonly retryAfterMs: number;
  /** Whether this very call was within the budget. Only such calls count. */
  readonly granted: boolean;
  /** `network`: a caller of role anonymous, or without a valid credential, counts by its address prefix too. */
  readonly ceiling: 'session' | 'root session' | 'user' | 'network';
  /** The database that replicas share budgets over did not answer: not granted, and nothing else is known. */
  readonly unverified?: true;
}
