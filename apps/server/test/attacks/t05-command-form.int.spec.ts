import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { ALLOW, DESTRUCTIVE, HARMLESS, preToolUse } from '../support/hook-client.ts';
import { anInstalledClient, type InstalledClient } from '../support/hook-command.ts';
import { rowsOfTask } from '../support/rows-of-task.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

const rowsOf = (task: string) => rowsOfTask(server, task);

describe('the command form', () => {
  let client: InstalledClient;
  beforeAll(async () => {
    client = await anInstalledClient(server);
  });
  afterAll(() => client.end());

  it('prints the answer of the server that issued its credential', async () => {
    expect(await client.run(HARMLESS)).toEqual({ code: 0, stdout: ALLOW, stderr: '' });
    const denied = await client.run(DESTRUCTIVE);
    expect(denied).toMatchObject({ code: 0, stderr: '' });
    expect(denied.stdout).toContain('"permissionDecision":"deny"');
  });

  it('says who it is with each call, and the row has it as claimed', async () => {
    await client.run(preToolUse('Read', { file_path: 'a' }, { tool_use_id: 'toolu_claimed' }));
    const [row] = await rowsOf('toolu_claimed');
    expect(row).toMatchObject({
      decision: 'allow',
      evaluation: {
        rules: ['token', 'scope', 'secrets', 'blocklist', 'rate_limit', 'client'].map((rule) => ({
          rule,
          result: 'pass',
        })),
        content: {
          claimed: {
            client_version: 'claude-code/2.1.330',
            settings_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
            device: client.deviceId,
          },
        },
      },
    });
  });

  it('passes on reports, and a redacted output', async () => {
    const call = { tool_use_id: 'toolu_reported' };
    await client.run(preToolUse('Read', { file_path: 'a' }, call));
    const token = `ghp_${'q7Zr2Lx9Vb'.repeat(3)}Tm4Kd1`;
    const report = preToolUse(
      'Read',
      { file_path: 'a' },
      { ...call, hook_event_name: 'PostToolUse', tool_response: token },
    );
    const { code, stdout } = await client.run(report);
    expect(code).toBe(0);
    expect(stdout).toContain('updatedToolOutput');
    expect(stdout).not.toContain(token);
    expect((await rowsOf('toolu_reported')).map(({ event }) => event)).toEqual([
      'tool_call.decided',
      'tool_call.completed',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'canary'],
    ['no event', '{}'],
  ])('denies %s on its input', async (_what, input) => {
    const { code, stdout } = await client.run(input);
    expect(code).toBe(0);
    expect(stdout).toContain('"permissionDecision":"deny"');
  });

  it.each<[string, (file: string) => void]>([
    ['that others may read', (file) => chmodSync(file, 0o644)],
    ['that is damaged', (file) => writeFileSync(file, '{"url":')],
    [
      'without a key',
      (file) =>
        writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), answerKey: '' })),
    ],
  ])('blocks with a credential file %s', async (_what, spoil) => {
    const spoilt = await anInstalledClient(server);
    onTestFinished(() => spoilt.end());
    spoil(spoilt.file);
    const run = await spoilt.run(HARMLESS);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^\[GOVERNANCE\] Blocked: /);
    expect(run.stderr).not.toContain(spoilt.credential);
  });

  it('blocks where nothing is installed, and says where it looked', async () => {
    const run = await client.run(HARMLESS, { file: '/nonexistent/claude-code.json' });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(
      'nothing is installed as /nonexistent/claude-code.json; run: gatehouse core hooks install',
    );
  });
});
