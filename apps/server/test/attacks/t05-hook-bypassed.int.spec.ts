import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';
import { anInstalledClient } from '../support/hook-command.ts';
import { rowsOfTask } from '../support/rows-of-task.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

const rowsOf = (task: string) => rowsOfTask(server, task);

describe('a report without its decision', () => {
  it('raises hook.bypassed', async () => {
    const client = await anInstalledClient(server);
    onTestFinished(() => client.end());
    const report = preToolUse(
      'Bash',
      { command: 'make' },
      {
        hook_event_name: 'PostToolUse',
        tool_use_id: 'toolu_unasked',
        tool_response: 'done',
      },
    );
    expect(await client.run(report)).toMatchObject({ code: 0 });
    expect(await rowsOf('toolu_unasked')).toMatchObject([
      {
        event: 'hook.bypassed',
        decision: 'deny',
        evaluation: { content: { claimed: { client_version: 'claude-code/2.1.330' } } },
      },
    ]);
  });
});
