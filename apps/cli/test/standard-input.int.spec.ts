import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

/* oclif would take a first argument that was left out from standard input: whatever a script has there. */
let shell: CommandLine;
let user: string;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  const { id } = await shell.data('admin', 'users', 'create', '--email', 'piped@example.test');
  user = id as string;
}, 60_000);
afterAll(() => shell.remove());

const CHANGING = [
  ['admin', 'users', 'suspend', '--yes'],
  ['admin', 'users', 'delete', '--yes'],
  ['admin', 'users', 'update', '--name', 'Somebody Else'],
  ['admin', 'users', 'department', 'set'],
  ['admin', 'users', 'bans', 'add', '--reason', 'x'],
  ['admin', 'governance', 'apply', '--yes'],
  ['admin', 'session', 'switch'],
  ['admin', 'clients', 'create', '--user', 'service@example.test'],
  ['infra', 'logs', 'erase', '--rule', 'x', '--yes'],
  ['infra', 'db', 'query'],
  ['plugins', 'mcp', 'approve'],
  ['cloud', 'secrets', 'unset', '--yes'],
];

describe('a piped value', () => {
  it.each(CHANGING.map((args) => [args.join(' '), args] as const))(
    'is no argument of: %s',
    async (_text, args) => {
      const { code, stdout, stderr } = await shell.run(args, { input: `${user}\n` });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/[Mm]issing/);
      expect(stderr).not.toContain(user);
    },
  );

  it('changes nothing about whoever it names', async () => {
    expect(await shell.data('admin', 'users', 'show', user)).toMatchObject({
      email: 'piped@example.test',
      status: 'active',
    });
  });
});
