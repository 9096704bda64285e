const CORRELATION_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Whether a client's id may stand in a row as it is: 1 to 128 of `A-Z a-z 0-9 . _ : -` (threat T16). */
export function isCorrelationId(value: unknown): value is string {
  return typeof value === 'string' && CORRELATION_ID.test(value);
}
