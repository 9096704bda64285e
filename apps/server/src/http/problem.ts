/** RFC 9457 problem details, with a stable code. It never holds a stack trace, a database message or a value. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  /** Field problems of a request body or query. */
  readonly errors?: readonly string[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problem(status: number, code: string, title: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title, status, code, ...more };
}
