import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine } from './support/command-line.ts';
import { PASSPHRASE, productionShell } from './support/production-shell.ts';
import { atTerminal } from './support/terminal.ts';

const QUESTION = 'Operator passphrase';

let shell: CommandLine;
let file: string;
beforeAll(async () => {
  ({ shell, file } = await productionShell());
  for (const args of [
    ['admin', 'operator', 'passphrase', 'set'],
    ['admin', 'session', 'login', '--email', 'admin@localhost'],
  ])
    await shell.run(args, { environment: { GATEHOUSE_OPERATOR_PASSPHRASE_FILE: file } });
}, 60_000);
afterAll(() => shell.remove());

const create = (email: string, keys: string) =>
  atTerminal(shell, ['admin', 'users', 'create', '--email', email], [{ question: QUESTION, keys }]);

async function emails(): Promise<string[]> {
  const { users } = await shell.data('admin', 'users', 'list');
  return (users as { email: string }[]).map(({ email }) => email);
}

describe('in production the operator passphrase, typed at a terminal', () => {
  it('lets a command change something, is not shown, and the row says that a terminal was there', async () => {
    const { code, stdout } = await create('typed@example.test', `${PASSPHRASE}\r`);
    expect(code).toBe(0);
    expect(stdout).toContain('User created');
    expect(stdout).not.toContain('horse');
    expect(await emails()).toContain('typed@example.test');
    const { session_id: sessionId } = await shell.data('admin', 'session', 'show');
    const sql = `select session_id, evaluation -> 'detail' -> 'operator' as operator from audit_log
      where event = 'user.created' order by id desc limit 1`;
    expect((await shell.data('infra', 'db', 'query', sql)).rows).toEqual([
      {
        session_id: sessionId,
        operator: {
          uid: process.getuid?.(),
          terminal: true,
          parent: expect.stringMatching(/sh$|^script$/) as string,
        },
      },
    ]);
  });

  it.each([
    ['another one', 'not the passphrase\r', 3],
    ['a part of it', `${PASSPHRASE.slice(0, -1)}\r`, 3],
    ['an interrupt', '\u0003', 1],
  ])('changes nothing for %s', async (_what, keys, code) => {
    const outcome = await create('guessed@example.test', keys);
    expect(outcome.code).toBe(code);
    expect(await emails()).not.toContain('guessed@example.test');
  });

  it('is taken as corrected', async () => {
    const { code } = await create('corrected@example.test', `${PASSPHRASE}xy\u007f\u007f\r`);
    expect(code).toBe(0);
  });
});
