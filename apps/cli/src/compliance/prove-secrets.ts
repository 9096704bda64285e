import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '@gatehouse/config';
import { valueSearch } from '@gatehouse/secrets';
import { cliError } from '../errors/cli-error.ts';
import { ScratchServer, until } from './scratch-server.ts';
import {
  descendantsOf,
  type Searched,
  searchFile,
  searchFolder,
  searchMemory,
  searchProcessFile,
  sum,
} from './searched-places.ts';

const NAME = 'PROOF_CANARY';
const LONG_CALL = ['plugins', 'mcp', 'call', 'proof', 'trigger-long-running-operation'].concat([
  '--args',
  '{"duration":10,"steps":5}',
]);
const MCP_SERVER = `mcp_servers:
  proof: {command: mcp-server-everything, args: [stdio], secrets: {CANARY: ${NAME}}}
`;

/** One place that was searched for the canary, and whether it is as it should be. */
export interface ProofRow extends Searched {
  readonly place: string;
  readonly expected: 'absent' | 'present';
  readonly met: boolean;
}

/**
 * Starts an installation of the same build beside this one, plants a canary by `set` and another by `rotate`, the ways
 * in, has a real tool print each, and searches whatever the server is made of and leaves behind, plain and in the listed encodings.
 */
export async function proveSecrets(installation: Installation): Promise<readonly ProofRow[]> {
  const first = `canary "${randomBytes(18).toString('base64')}" set`;
  const second = `canary "${randomBytes(18).toString('base64')}" rotated`;
  const find = valueSearch({ first, second });
  const scratch = await ScratchServer.start(installation, MCP_SERVER);
  try {
    const answers: string[] = [];
    for (const [verb, value] of [
      ['set', first],
      ['rotate', second],
    ] as const) {
      await must(scratch, ['cloud', 'secrets', verb, NAME], value);
      answers.push(await printedBy(scratch));
    }
    const rows = (await must(scratch, ['infra', 'db', 'query', '--json', 'select * from audit_log'])).said;
    const lines = (await must(scratch, ['infra', 'logs', 'export', '--source', 'logs'])).said;
    // Awaited here: the server must outlive the search.
    return await report(scratch, find, { answers: answers.join('\n'), rows, lines });
  } finally {
    await scratch.stop();
  }
}

async function report(
  scratch: ScratchServer,
  find: ReturnType<typeof valueSearch>,
  said: { readonly answers: string; readonly rows: string; readonly lines: string },
): Promise<ProofRow[]> {
  const { pid, folder } = scratch;
  const inText = (text: string): Searched => ({ bytes: text.length, hits: find(Buffer.from(text)).length });
  const isRedacted = said.answers.split(`[REDACTED:${NAME}]`).length - 1;
  // A call that takes its time keeps a child alive while we look at it.
  const open = scratch.command(LONG_CALL);
  const children = await until(() => {
    const found = descendantsOf(pid).filter(holdsChild);
    return found.length > 2 ? found : undefined;
  });
  const present = sum(children.map((child) => searchProcessFile(child, 'environ', find)));
  const commandLines = sum(children.map((child) => searchProcessFile(child, 'cmdline', find)));
  await open;
  const absent: [string, Searched][] = [
    ["the server's environment", searchProcessFile(pid, 'environ', find)],
    ["the server's command line", searchProcessFile(pid, 'cmdline', find)],
    ["the server's memory", searchMemory(pid, find)],
    ["the server's heap snapshot", searchFile(await scratch.heapSnapshot(), find)],
    ["the server's log", searchFile(join(folder, 'server.log'), find)],
    ['what callers were answered', inText(said.answers)],
    ['the rows of the audit log', inText(said.rows)],
    ['the rows of the log', inText(said.lines)],
    ['the files of database and state', searchFolder(join(folder, '.gatehouse'), find)],
    ['the key folder', searchFolder(join(folder, 'keys'), find)],
    ['command lines of its children', commandLines],
  ];
  return [
    ...absent.map(([place, searched]) => ({
      place,
      ...searched,
      expected: 'absent' as const,
      met: searched.hits === 0,
    })),
    { place: 'the environment of its child', ...present, expected: 'present', met: present.hits > 0 },
    {
      place: 'its marker in the answers',
      bytes: said.answers.length,
      hits: isRedacted,
      expected: 'present',
      met: isRedacted >= 2,
    },
  ];
}

/** Waits out the moment in which the server hears of a new secret. */
async function printedBy(scratch: ScratchServer): Promise<string> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const { code, said } = await scratch.command([
      'plugins',
      'mcp',
      'call',
      'proof',
      'get-env',
      '--args',
      '{}',
    ]);
    if (code === 0 && said.includes('CANARY')) return said;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw cliError('CLI_TOOL_FAILED', { message: 'the tool of the proof did not print its environment' });
}

async function must(scratch: ScratchServer, args: readonly string[], input = '') {
  const outcome = await scratch.command(args, input);
  if (outcome.code !== 0) {
    const message = `the proof failed at ${args.join(' ')}: ${outcome.said.slice(0, 400)}`;
    throw cliError('CLI_SERVICE_FAILED', { message });
  }
  return outcome;
}

/** PostgreSQL is below the server too, and is no child of a tool's. */
function holdsChild(pid: number): boolean {
  return environmentOf(pid).includes('GATEHOUSE_CHILD=');
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
