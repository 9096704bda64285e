import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PERSON = fileURLToPath(new URL('person.mjs', import.meta.url));
const NAME = 'everything';

/**
 * The client's own OAuth: it is told of an MCP server's address and nothing else, finds the authorization server, registers
 * itself, sends its user to the page, and calls a tool with the token that comes of it. Nothing leaves the machine.
 */
export async function loginCases(client, installation) {
  const url = `http://localhost:${installation.port}/mcp/${NAME}`;
  await client.command(['mcp', 'add', '--transport', 'http', '--scope', 'user', NAME, url]);
  const made = await installation.gatehouse('admin', 'users', 'login-link', 'maya@example.test', '--json');
  const link = /http:[^"]*code=\w+/.exec(made)[0];
  const browser = join(installation.folder, 'browser');
  await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' '${PERSON}' '${link}' "$1"\n`, {
    mode: 0o700,
  });
  const said = await client.atTerminal(['mcp', 'login', NAME], { BROWSER: browser });
  const call = { name: `mcp__${NAME}__echo`, input: { message: 'with a token of its own' } };
  const { results } = await client.session([call]);
  const [row] = await installation.rows(
    `select client_id, decision from audit_log
      where action = '${call.name}' and event = 'tool_call.completed' and client_id <> 'claude-code'
      order by id desc limit 1`,
  );
  const findings = [
    ['a tool is called', results[0]?.text.includes('Echo: with a token of its own') === true],
    ['its row names the program that registered itself', /^[0-9a-f-]{36}$/.test(row?.client_id ?? '')],
  ];
  return findings.map(([what, met]) => ({
    claim: `its own login: ${what}`,
    met,
    figure: met ? 'yes' : `no: ${JSON.stringify({ results, row })} ${said.trim()}`,
  }));
}
