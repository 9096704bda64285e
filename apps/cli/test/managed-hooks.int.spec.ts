import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';
import { aMachine, canStandIn } from './support/machine.ts';
import { atTerminal } from './support/terminal.ts';

const INSTALL = ['core', 'hooks', 'install', '--managed'];
const QUESTION = "Write this machine's settings, for all of its users? [y/N]";

let shell: CommandLine;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine({ PORT: '1' });
});
afterAll(() => shell.remove());

/** A machine whose administrator has settings of their own. */
function machine(name: string) {
  const { etc, command } = aMachine(shell, name);
  const folder = join(etc, 'claude-code');
  mkdirSync(folder, { mode: 0o755 });
  const file = join(folder, 'managed-settings.json');
  writeFileSync(file, '{"cleanupPeriodDays":7}');
  const written = () => JSON.parse(readFileSync(file, 'utf8'));
  const isUntouched = () =>
    expect([readdirSync(folder), written()]).toEqual([['managed-settings.json'], { cleanupPeriodDays: 7 }]);
  return { folder, command, written, isUntouched };
}

describe.runIf(canStandIn)('core hooks install --managed, of the machine itself', () => {
  it.each([[[]], [['--root', '/']], [['--root', '/etc/..']]])(
    'writes nothing without a terminal and without --yes, and says what to do: %j',
    async (more) => {
      const { command, isUntouched } = machine(`unasked${more.join('').replaceAll('/', '_')}`);
      const { code, stdout, stderr } = await shell.run([...INSTALL, ...more], { command });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('this writes settings for all users of this machine: say --yes');
      expect(stderr).toContain('--dry-run');
      expect(stderr).toContain(
        '/etc/claude-code/managed-settings.json (changed: hooks, allowManagedHooksOnly)',
      );
      isUntouched();
    },
  );

  it('shows a person what would be written where, and writes it for yes alone', async () => {
    const { command, folder, written, isUntouched } = machine('asked');
    const no = await atTerminal(shell, INSTALL, [{ question: QUESTION, keys: 'n\r' }], command);
    expect(no.code).not.toBe(0);
    expect(no.stdout).toContain(
      '/etc/claude-code/managed-settings.json (changed: hooks, allowManagedHooksOnly)',
    );
    expect(no.stdout).toContain('/etc/claude-code/gatehouse-hook.mjs (new)');
    expect(no.stdout).toContain('nothing was changed');
    isUntouched();

    const yes = await atTerminal(shell, INSTALL, [{ question: QUESTION, keys: 'y\r' }], command);
    expect(yes).toMatchObject({ code: 0, stdout: expect.stringContaining('Hooks installed') });
    expect(written()).toMatchObject({ cleanupPeriodDays: 7, allowManagedHooksOnly: true });
    expect(existsSync(join(folder, 'gatehouse-hook.mjs'))).toBe(true);
  });

  it('writes with --yes, and has nothing to ask where nothing would change', async () => {
    const { command, written } = machine('told');
    expect(await shell.run([...INSTALL, '--yes'], { command })).toMatchObject({ code: 0 });
    expect(written()).toMatchObject({ allowManagedHooksOnly: true });
    const again = await shell.run(INSTALL, { command });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing changed') });
  });

  it('asks nothing for a dry run', async () => {
    const { command, isUntouched } = machine('dry');
    expect(await shell.run([...INSTALL, '--dry-run'], { command })).toMatchObject({ code: 0 });
    isUntouched();
  });
});
