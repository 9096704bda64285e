import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

const TOKEN = `ghp_${'h4Jk8Lm2Nb'.repeat(3)}Vc6Xz1`;
let shell: CommandLine;
let held: Database;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
});
afterAll(async () => {
  await held.close();
  shell.remove();
});

const explain = async (tool: string, input: object, as = 'admin@localhost') => {
  const args = ['--tool', tool, '--input', JSON.stringify(input), '--as', as, '--json'];
  const { code, stdout, stderr } = await shell.run(['admin', 'governance', 'explain', ...args]);
  expect(stderr).toBe('');
  return { code, stdout, data: JSON.parse(stdout).data };
};
const rows = async () =>
  (
    await shell.data(
      'infra',
      'db',
      'query',
      "select event, evaluation::text as evaluation, user_id from audit_log where event like 'tool_call%' or event like 'admin.%' order by id",
    )
  ).rows as { event: string; evaluation: string; user_id: string }[];

describe('admin governance explain', () => {
  it('says what each check sees and which line decides, and writes no decision', async () => {
    const { code, data, stdout } = await explain('Bash', {
      command: `git push --force origin main # ${TOKEN}`,
    });
    expect(code).toBe(1);
    expect(data).toMatchObject({ decision: 'deny', policy: 'secret_detected' });
    expect(data.checks.map((check: { rule: string; result: string }) => [check.rule, check.result])).toEqual([
      ['token', 'pass'],
      ['scope', 'pass'],
      ['secrets', 'fail'],
      ['blocklist', 'fail'],
      ['rate_limit', 'skip'],
    ]);
    expect(data.checks[2].line).toBe('secrets.yaml monitor');
    expect(data.checks[3].line).toContain('blocklist.yaml categories.history_rewrite');
    expect(data.findings).toMatchObject([{ path: '$.command', rule: 'github-personal-access-token' }]);
    expect(stdout).not.toContain(TOKEN);
    const recorded = await rows();
    expect(recorded.map(({ event }) => event)).toEqual(['admin.governance_explained']);
    expect(recorded[0]!.evaluation).not.toContain(TOKEN);
  });

  it('answers for the user that is named', async () => {
    const { code, data } = await explain('mcp__nowhere__x', {}, 'maya@example.test');
    expect(data).toMatchObject({ decision: 'allow' });
    expect(code).toBe(0);
    const unknown = await shell.run([
      'admin',
      'governance',
      'explain',
      '--tool',
      'Read',
      '--as',
      'nobody@x.test',
    ]);
    expect(unknown.code).toBe(1);
  });
});

describe('admin governance scan', () => {
  it('shows where credentials stand in a file and in standard input, and never what they are', async () => {
    const file = join(shell.folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ env: { GITHUB: TOKEN } }));
    const scan = async (args: string[], input = '') => {
      const { code, stdout } = await shell.run(['admin', 'governance', 'scan', ...args, '--json'], { input });
      expect(stdout).not.toContain(TOKEN);
      return [code, JSON.parse(stdout).data.findings.map((finding: { path: string }) => finding.path)];
    };
    expect(await scan(['--file', file])).toEqual([1, ['$.env.GITHUB']]);
    expect(await scan(['--stdin'], `a text with ${TOKEN}`)).toEqual([1, ['$']]);
    expect(await scan(['--stdin'], 'nothing to see')).toEqual([0, []]);
    expect((await rows()).at(-1)!.event).toBe('admin.governance_scanned');
  });

  it('needs to know what to read, and says so when it cannot', async () => {
    expect((await shell.run(['admin', 'governance', 'scan'])).code).toBe(2);
    expect((await shell.run(['admin', 'governance', 'scan', '--file', '/nowhere'])).code).toBe(2);
  });
});

describe('the details of a denial', () => {
  it.each([
    ['explain', '--tool', 'Read', '--as', 'jon@example.test'],
    ['scan', '--stdin'],
  ])('are not told to who may not ask for them: %s', async (...args) => {
    const maya = new CommandLine({ ...shell.environment });
    onTestFinished(async () => {
      await shell.data('admin', 'session', 'switch', 'admin@localhost');
      maya.remove();
    });
    await maya.data('admin', 'session', 'login', '--email', 'maya@example.test');
    expect(await maya.run(['admin', 'governance', ...args], { input: TOKEN })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('governance:explain') as string,
    });
  });
});
