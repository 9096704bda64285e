import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { ALLOW, HARMLESS, postHook, preToolUse } from '../support/hook-client.ts';
import { anInstalledClient, CLIENT, type InstalledClient } from '../support/hook-command.ts';
import { rowsOfTask } from '../support/rows-of-task.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

async function aClient(): Promise<InstalledClient> {
  const client = await anInstalledClient(server);
  onTestFinished(() => client.end());
  return client;
}

const rowsOf = (task: string) => rowsOfTask(server, task);

type Hooks = { PreToolUse: { hooks: { onFailure?: string }[] }[] };

describe('a client is denied, and told why, when', () => {
  const denied = async (client: InstalledClient, environment: Record<string, string> = CLIENT) => {
    const task = `toolu_${Math.random().toString(36).slice(2)}`;
    const run = await client.run(preToolUse('Read', { file_path: 'a' }, { tool_use_id: task }), {
      environment,
    });
    const [row] = await rowsOf(task);
    expect(run.code).toBe(0);
    expect(row).toMatchObject({ event: 'tool_call.decided', decision: 'deny', policy: 'policy_denied' });
    const { hookSpecificOutput } = JSON.parse(run.stdout);
    expect(hookSpecificOutput).toMatchObject({ permissionDecision: 'deny' });
    expect(hookSpecificOutput.permissionDecisionReason).toBe(`[GOVERNANCE] ${row.reason} (policy_denied)`);
    return row.reason as string;
  };

  it.each([
    ['too old', { AI_AGENT: 'claude-code_2-1-294_agent' }, /too old.*2\.1\.295/],
    ['much too old', { CLAUDE_CODE_EXECPATH: '/home/m/.local/share/claude/versions/1.9.999' }, /too old/],
    ['unknown', {}, /version of the client is not known/],
    ['another program', { AI_AGENT: 'codex_9-9-9_agent' }, /version of the client is not known/],
  ])('its version is %s', async (_what, environment, reason) => {
    const client = await aClient();
    expect(await denied(client, environment as Record<string, string>)).toMatch(reason);
  });

  it.each(['2-1-295', '2-2-0', '3-0-0'])('but not when it is %s', async (version) => {
    const client = await aClient();
    const run = await client.run(HARMLESS, { environment: { AI_AGENT: `claude-code_${version}_agent` } });
    expect(run).toMatchObject({ code: 0, stdout: ALLOW });
  });

  it.each<[string, (settings: Record<string, Record<string, unknown>>) => unknown]>([
    ['lost a hook', ({ hooks }) => delete hooks!.PostToolUse],
    ['lets hooks fail', ({ hooks }) => delete (hooks as never as Hooks).PreToolUse[0]!.hooks[0]!.onFailure],
    ['switches hooks off', (settings) => Object.assign(settings, { disableAllHooks: true })],
  ])('its settings changed: one %s', async (_what, change) => {
    const client = await aClient();
    const settings = JSON.parse(readFileSync(client.settingsPath, 'utf8'));
    change(settings);
    writeFileSync(client.settingsPath, JSON.stringify(settings));
    expect(await denied(client)).toMatch(/settings were changed.*core hooks install/);
  });

  it('its settings cannot be read', async () => {
    const client = await aClient();
    writeFileSync(client.settingsPath, '{');
    expect(await denied(client)).toMatch(/settings were changed/);
  });

  it('its credential is of the command form and it reports nothing', async () => {
    const client = await aClient();
    const { body } = await postHook(server, client.credential, HARMLESS);
    expect(body.hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/version of the client is not known/),
    });
  });
});
