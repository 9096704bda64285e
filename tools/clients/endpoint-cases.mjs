import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN } from './calls.mjs';

const echo = (message) => ({ name: 'mcp__everything__echo', input: { message } });

/** The client's own MCP client at the endpoint: both doors see the call, and both name it by the same task. */
export async function endpointCases(client, installation) {
  const login = ['admin', 'session', 'login', '--email', 'maya@example.test', '--resource', 'mcp/everything'];
  const token = (await installation.gatehouse(...login, '--token-only')).trim();
  const url = `http://localhost:${installation.port}/mcp/everything`;
  const file = join(installation.folder, 'mcp.json');
  const server = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
  await writeFile(file, JSON.stringify({ mcpServers: { everything: server } }), { mode: 0o600 });
  const { results, said } = await client.session(
    [echo('through both doors'), echo(TOKEN)],
    ['--mcp-config', file],
  );
  const rows = await installation.rows(
    `select task_id, string_agg(client_id || ' ' || event, ', ' order by id) as seen from audit_log
      where action = 'mcp__everything__echo' group by task_id order by min(occurred_at)`,
  );
  const [allowed, denied] = results;
  const both =
    'claude-code tool_call.decided, gatehouse-cli tool_call.decided, gatehouse-cli tool_call.completed, claude-code tool_call.completed';
  const findings = [
    [
      'a tool of a governed MCP server is called',
      allowed?.text.includes('Echo: through both doors') === true,
    ],
    ['a credential for it is denied', denied?.isError === true && denied.text.includes('(secret_detected)')],
    ['hook and endpoint record it under one task', rows.length === 2 && rows[0].seen === both],
  ];
  return findings.map(([what, met]) => ({
    claim: `MCP: ${what}`,
    met,
    figure: met ? 'yes' : `no: ${JSON.stringify({ results, rows })} ${said.trim()}`,
  }));
}
