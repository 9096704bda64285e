import type { Report } from './report.ts';

/** A token alone on its line, for `$(…)`. */
export function tokenReport(token: string, resource: string): Report {
  return {
    artifactType: 'text',
    title: '',
    data: { token, resource },
    parts: [{ kind: 'text', text: token }],
  };
}
