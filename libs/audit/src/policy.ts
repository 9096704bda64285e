/** The check that decided a row (column 14). `not_applicable` stands on rows that decide nothing. */
export const POLICIES = [
  'token_invalid',
  'scope_denied',
  'secret_detected',
  'own_secret',
  'blocklisted',
  'rate_limited',
  'input_invalid',
  'tool_changed',
  'policy_denied',
  'upstream_unavailable',
  'internal_error',
  'audit_unavailable',
  'default_allow',
  'not_applicable',
] as const;

export type Policy = (typeof POLICIES)[number];
