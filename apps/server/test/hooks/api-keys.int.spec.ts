import { ApiKeys, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

async function decisionWith(scopes: readonly string[]): Promise<unknown> {
  const user = await server.app.get(Users).get('maya@example.test');
  const { text } = await server.app.get(ApiKeys).issue({ userId: user.id, name: scopes.join(), scopes });
  const { body } = await postHook(server, text.reveal(), preToolUse('Read', { file_path: 'a.txt' }));
  return body.hookSpecificOutput;
}

describe('an API key at the hook door', () => {
  it.each([[['hooks']], [['hooks', 'audit:read:self']], [['api', 'hooks']]])(
    'with the scopes %j has its calls decided like its user’s',
    async (scopes) => {
      expect(await decisionWith(scopes)).toMatchObject({ permissionDecision: 'allow' });
    },
  );

  it.each([[['api']], [['audit:read:self']]])('with the scopes %j alone is denied', async (scopes) => {
    expect(await decisionWith(scopes)).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('token_invalid'),
    });
  });
});
