/** What a failed append means for its rows. */
export type AppendFailure =
  /** A value that PostgreSQL refuses: the batch is halved until the bad row stands alone. */
  | 'bad_row'
  /** The server answered that nothing was written, for reasons that are not the rows'. */
  | 'not_written'
  /** No answer: written or not, the head of the chain will say. */
  | 'unknown';

/** Classes of SQLSTATE (PostgreSQL appendix A): data exception, integrity violation, program limit exceeded. */
const BAD_ROW = new Set(['22', '23', '54']);

/** Operator intervention and system errors may come after the commit was done. */
const MAYBE_WRITTEN = new Set(['57', '58', '08', 'XX']);

export function appendFailure(error: unknown): AppendFailure {
  const { code, table } = error as { code?: unknown; table?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return 'unknown';
  // Somebody else's seal stands under our sequence number, or our own from before the connection was lost.
  if (table === 'audit_seals') return 'unknown';
  const sqlClass = code.slice(0, 2);
  if (BAD_ROW.has(sqlClass)) return 'bad_row';
  return MAYBE_WRITTEN.has(sqlClass) ? 'unknown' : 'not_written';
}
