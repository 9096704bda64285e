import { SCANNER } from '@gatehouse/audit';
import { Users } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawClient } from '../mcp/an-mcp-client.ts';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

const VALUE = 'own-secret "quoted" \\ 4815162342-of-some-length';
let world: SecretWorld;

beforeAll(async () => {
  world = await aSecretWorld();
  await world.set('TOKEN', VALUE);
});
afterAll(() => world.end());

const textOf = (message: JsonObject): string => JSON.stringify(message);
const rowsOf = async (where: string): Promise<string> => {
  const { rows } = await world.sql.query(
    `select to_json(a)::text as row from audit_log a where ${where} order by id`,
  );
  return rows.map(({ row }: { row: string }) => row).join('\n');
};

describe('T12: what a tool says of its own secret', () => {
  it('comes back without it from the server that prints its environment, and is recorded without it', async () => {
    const client = await world.client('everything');
    const { message } = await client.call('get-env');
    expect(textOf(message)).toContain('[REDACTED:TOKEN]');
    expect(textOf(message)).not.toContain('4815162342');
    expect(await rowsOf("action = 'mcp__everything__get-env'")).not.toContain('4815162342');
  });

  it('in an error, a notification and a key reads the same', async () => {
    const client = await world.client('hostile');
    for (const tool of ['leak_error', 'leak_notification', 'print_env']) {
      const { text } = await client.call(tool);
      expect(text).toContain('[REDACTED:TOKEN]');
      expect(text).not.toContain('4815162342');
    }
  });
});

describe('T12, T29: an own secret in arguments', () => {
  const forms: [string, string][] = [
    ['plain', VALUE],
    ['in JSON', JSON.stringify({ deep: JSON.stringify([VALUE]) })],
    ['in base64', Buffer.from(`user:${VALUE}`).toString('base64')],
    ['in hex', Buffer.from(VALUE).toString('hex')],
    ['in percent escapes', encodeURIComponent(VALUE)],
  ];
  it.each(forms)('is denied at both doors, %s, and neither told nor recorded', async (_form, text) => {
    const email = `${_form.replaceAll(' ', '-')}@example.test`;
    await world.app.get(Users).create({ email, displayName: 'x', role: 'user' });
    const client = await world.client('hostile', email);
    const { message } = await client.call('echo', { text });
    expect(textOf(message)).toContain(
      'The arguments hold a secret of this installation at $.*. (own_secret)',
    );
    expect(textOf(message)).not.toContain('TOKEN');
    const hook = await postHook(
      world,
      await world.token(email),
      preToolUse('Bash', { command: `echo ${text}` }),
    );
    expect(hook.body.hookSpecificOutput?.permissionDecisionReason).toContain('(own_secret)');
    const rows = await rowsOf("policy = 'own_secret'");
    expect(rows).toContain('own secret TOKEN at');
    expect(rows).not.toContain('4815162342');
  });

  it('locks its root session for a while after five, and nobody else', async () => {
    await world.app.get(Users).create({ email: 'stubborn@example.test', displayName: 'x', role: 'user' });
    const token = await world.token('stubborn@example.test');
    const reason = async (input: object): Promise<string> => {
      const { body } = await postHook(world, token, preToolUse('Read', input));
      return body.hookSpecificOutput?.permissionDecisionReason ?? 'allowed';
    };
    for (let i = 0; i < 5; i += 1) expect(await reason({ file_path: VALUE })).toContain('(own_secret)');
    expect(await reason({ file_path: 'a.txt' })).toContain('(policy_denied)');
    const other = await postHook(
      world,
      await world.token('maya@example.test'),
      preToolUse('Read', { file_path: 'a' }),
    );
    expect(other.body.hookSpecificOutput?.permissionDecision).toBe('allow');
  });

  it('that a tool puts together and says back ends the session that goes on guessing', async () => {
    await world.app.get(Users).create({ email: 'guesser@example.test', displayName: 'x', role: 'user' });
    const client: RawClient = await world.client('hostile', 'guesser@example.test');
    const [first, second] = [VALUE.slice(0, 20), VALUE.slice(20)];
    for (let i = 0; i < 5; i += 1) {
      // The other way round: halves that follow each other are found in the arguments already.
      const { message } = await client.call('join', { second, first });
      expect(textOf(message)).toContain('[REDACTED:TOKEN]');
    }
    await expect.poll(async () => (await client.call('echo', {})).status, { timeout: 10_000 }).toBe(401);
    expect(await rowsOf("event = 'credential.anomaly'")).toContain('guessed at secrets');
  });
});

it('T24: an own secret in a log line is redacted', () => {
  const scanner = world.app.get<OwnSecretScanner>(SCANNER);
  expect(scanner.redactText(`{"msg":"failed for ${JSON.stringify(VALUE).slice(1, -1)}"}`).text).toBe(
    '{"msg":"failed for [REDACTED:TOKEN]"}',
  );
});
