import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine({ PORT: '1' });
});
afterAll(() => shell.remove());

const settingsFile = () => join(shell.folder, '.claude/settings.json');

describe('core hooks', () => {
  it('finds nothing installed, and says what to do', async () => {
    expect(await shell.data('core', 'hooks', 'list')).toEqual({ hooks: [] });
    const { code, stdout } = await shell.run(['core', 'hooks', 'validate']);
    expect(code).toBe(1);
    expect(stdout).toContain('gatehouse core hooks install --client claude-code');
  });

  it('shows in a dry run what it would write, and writes nothing', async () => {
    const { settings, changed } = await shell.data('core', 'hooks', 'install', '--dry-run');
    expect(changed).toBe(true);
    expect(settings).toMatchObject({ env: { GATEHOUSE_HOOK_TOKEN: '[new]' } });
    expect(existsSync(settingsFile())).toBe(false);
  });

  it('installs once, says how long it is good for, and shows no credential', async () => {
    const args = ['core', 'hooks', 'install', '--client', 'claude-code', '--email', 'maya@example.test'];
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/good for 90 days/);
    expect(stdout).not.toContain('ghk_');
    expect(statSync(settingsFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(settingsFile(), 'utf8')).toContain('"GATEHOUSE_HOOK_TOKEN": "ghk_');
    expect(await shell.data(...args)).toMatchObject({ changed: false, events: 32 });
    const listed = await shell.data('core', 'hooks', 'list');
    expect(listed).toMatchObject({ hooks: [{ scope: 'user', form: 'http', events: 32, age_days: 0 }] });
  });

  it('says that no server answers, and exits with 1', async () => {
    const { code, stdout } = await shell.run(['core', 'hooks', 'validate', '--json']);
    expect(code).toBe(1);
    const { valid, checks } = JSON.parse(stdout).data;
    expect(valid).toBe(false);
    expect(checks.filter(({ result }: { result: string }) => result === 'failed')).toMatchObject([
      { check: 'server' },
    ]);
  });

  it('writes managed settings without a database and without a credential', async () => {
    const root = join(shell.folder, 'machine');
    const result = await shell.data('core', 'hooks', 'install', '--managed', '--root', root);
    const file = join(root, 'etc/claude-code/managed-settings.json');
    expect(result).toMatchObject({ changed: true, settings_file: file });
    const written = readFileSync(file, 'utf8');
    expect(JSON.parse(written)).toMatchObject({ allowManagedHooksOnly: true });
    expect(written).not.toContain('ghk_');
  });

  it.each([
    [['--client', 'codex'], 2],
    [['--root', '/tmp'], 2],
    [['--yes'], 2],
    [['--managed', '--email', 'maya@example.test'], 2],
    [['--email', 'nobody@example.test'], 3],
    [['--agent', 'nobody'], 1],
  ])('refuses %j', async (args, exit) => {
    const before = readFileSync(settingsFile(), 'utf8');
    const { code, stdout } = await shell.run(['core', 'hooks', 'install', ...args]);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(readFileSync(settingsFile(), 'utf8')).toBe(before);
  });
});
