import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine, type Outcome } from './support/command-line.ts';

const FIRST = 'the-first-value-4815162342';
const SECOND = 'the-second-value-2342161508';
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

/** Runs `cloud secrets …`, whose output never holds a value. */
async function secrets(args: readonly string[], input = '', environment = {}): Promise<Outcome> {
  const outcome = await shell.run(['cloud', 'secrets', ...args], { input, environment });
  expect(outcome.stdout + outcome.stderr).not.toMatch(/4815162342|2342161508/);
  return outcome;
}

async function data(args: readonly string[], input = ''): Promise<JsonObject> {
  const { code, stdout, stderr } = await secrets([...args, '--json'], input);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout).data as JsonObject;
}

describe('cloud secrets', () => {
  it('sets, rotates, lists, tells the history, unsets and moves to another master key, each change a row', {
    timeout: 120_000,
  }, async () => {
    expect(await data(['set', 'TOKEN'], `${FIRST}\n`)).toMatchObject({ version: 1, state: 'set' });
    expect(await data(['rotate', 'TOKEN'], SECOND)).toMatchObject({ version: 2, state: 'set' });
    expect((await data(['list'])).secrets).toMatchObject([
      { name: 'TOKEN', version: 2, state: 'set', age_days: 0, receivers: [], last_used_at: null },
    ]);
    // What a command is told is recorded, without the secret in it.
    await shell.data('infra', 'db', 'query', `select '${SECOND}' as typed`);
    expect(await data(['rotate-master', '--yes'])).toMatchObject({ secrets: 1 });
    expect(await data(['unset', 'TOKEN', '--yes'])).toMatchObject({ name: 'TOKEN' });
    expect((await data(['list'])).secrets).toMatchObject([
      { version: 2, state: 'unset; revoke it upstream' },
    ]);
    expect(await data(['unset', 'TOKEN', '--revoked-upstream'])).toMatchObject({ versions: 2 });
    expect((await data(['list'])).secrets).toEqual([]);
    expect((await data(['history', 'TOKEN'])).versions).toMatchObject([
      { version: 2, state: 'revoked upstream', set_by: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { version: 1, state: 'revoked upstream', ended_at: expect.any(String) },
    ]);
    const query =
      "select event, evaluation::text as e from audit_log where event like 'secret.%' order by id";
    const { rows } = await shell.data('infra', 'db', 'query', query);
    const events = (rows as { event: string; e: string }[]).map(({ event }) => event);
    expect(events).toEqual([
      'secret.set',
      'secret.rotated',
      'secret.rotated',
      'secret.unset',
      'secret.unset',
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/4815162342|2342161508/);
    const whole = "'%the-second-value-' || '2342161508%'";
    const found = `select count(*)::int as n from audit_log where evaluation::text like ${whole}`;
    expect((await shell.data('infra', 'db', 'query', found)).rows).toEqual([{ n: 0 }]);
  });

  const wrong: readonly [string, readonly string[], string, number, RegExp][] = [
    ['a value as an argument', ['set', 'TOKEN', FIRST], '', 2, /a value is never an argument/],
    ['a value as a flag', ['rotate', 'TOKEN', `--value=${FIRST}`], '', 2, /a value is never an argument/],
    ['no name, for which the value is not taken', ['set'], FIRST, 2, /one name is expected/],
    ['the same where it would be said back', ['unset', '--yes'], FIRST, 2, /name/],
    ['a name that is none', ['set', '../TOKEN'], FIRST, 2, /that is no name for a secret/],
    ['nothing', ['set', 'TOKEN'], '\n', 2, /the value is empty/],
    ['a short value', ['set', 'TOKEN'], '2342161508', 2, /too short, or too regular.*--no-redact/s],
    ['a new value of what is not set', ['rotate', 'NEVER'], FIRST, 1, /secret NEVER is not set/],
    ['an end of what is not set', ['unset', 'NEVER', '--yes'], '', 1, /secret NEVER is not set/],
    ['an end that nobody confirmed', ['unset', 'NEVER'], '', 2, /--yes/],
    ['another master key that nobody confirmed', ['rotate-master'], '', 2, /--yes/],
  ];
  it.each(wrong)('refuses %s, and repeats no value', async (_what, args, input, code, message) => {
    const outcome = await secrets(args, input);
    expect(outcome.stderr).toMatch(message);
    expect(outcome).toMatchObject({ code, stdout: '' });
  });

  it('refuses to seal without the right key, and says which file it is and what to do', async () => {
    const file = join(shell.folder, 'master');
    const environment = { GATEHOUSE_MASTER_KEY_FILE: file };
    const refusal = async (): Promise<string> => {
      const { code, stdout, stderr } = await secrets(['set', 'TOKEN'], FIRST, environment);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr;
    };
    expect(await refusal()).toMatch(`the private key of the secret store is missing: ${file}`);
    writeFileSync(file, Buffer.alloc(32, 7), { mode: 0o600 });
    expect(await refusal()).toMatch(`${file} is not the key that secrets were sealed for`);
    chmodSync(file, 0o644);
    expect(await refusal()).toMatch(/is open to other users\n.*chmod 600/);
  });
});
