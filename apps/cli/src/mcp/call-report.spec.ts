import { expect, it } from 'vitest';
import { callReport } from './call-report.ts';

const ended = (isError: boolean, text: string) =>
  callReport({
    server: 'memory',
    tool: 'read_graph',
    traceId: 'a'.repeat(32),
    isError,
    content: [{ type: 'text', text }],
    structuredContent: null,
    tookMs: 5,
  });

it.each([
  ['done', 0, ended(false, 'a graph')],
  ['failed', 1, ended(true, 'no such node')],
  ['denied', 3, ended(true, '[GOVERNANCE] The session is over its limit. (rate_limited)')],
  [
    'failed',
    1,
    ended(
      true,
      '[GOVERNANCE] MCP server memory ended during the call; what it did is unknown (upstream_unavailable)',
    ),
  ],
])('says %s, and exits with %i', (word, exitCode, report) => {
  expect(report).toMatchObject({
    exitCode,
    title: `memory read_graph: ${word}`,
    data: { success: exitCode === 0, denied: exitCode === 3 },
  });
});
