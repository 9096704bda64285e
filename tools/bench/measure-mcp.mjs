import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * One load on an MCP server, from a process of its own. `options` as `mcpLoad` takes them.
 * @returns {Promise<{ perSecond: number, answered: number, wrong: number, p50Ms: number, p99Ms: number }>}
 */
export async function measureMcp(root, options) {
  const script = join(root, 'tools/bench/mcp-load.mjs');
  const { stdout } = await run(process.execPath, [
    script,
    JSON.stringify({ message: 'hello, bench', ...options }),
  ]);
  const report = JSON.parse(stdout);
  if (report.wrong > 0) throw new Error(`${report.wrong} wrong answers of ${options.path}`);
  return report;
}
