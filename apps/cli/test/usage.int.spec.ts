import { readFileSync } from 'node:fs';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
});

afterAll(() => shell.remove());

/** Keeps the database up, so that each command finds it running. */
let held: Database;

beforeAll(async () => {
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), {
    purpose: 'cli',
  });
});

afterAll(() => held.close());

describe('exit codes', () => {
  it.each([
    [['nothing']],
    [['infra', 'db', 'query']],
    [['infra', 'db', 'count', 'users', '--nonsense']],
    [['infra', 'db', 'count', 'users', '--yaml', '--json=1']],
    [['infra', 'db', 'count', 'users', '--quiet', '--verbose']],
    [['infra', 'logs', 'audit', 'list', '--decision', 'maybe']],
    [['infra', 'logs', 'audit', 'list', '--since', 'yesterday']],
    [['admin', 'governance', 'apply', 'the-latest', '--yes']],
    [['admin', 'governance', 'break-glass', 'sha256:3f', '--reason', 'it cannot wait', '--yes']],
    [['admin', 'users', 'create']],
    [['admin', 'users', 'create', '--email', 'no address']],
    [['admin', 'users', 'role', 'set', 'maya@example.test', 'king']],
    [['admin', 'session', 'login', '--email', 'admin@localhost', '--resource', 'elsewhere']],
  ])('2 for wrong usage: %j', async (args) => {
    expect(await shell.run(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: ./),
    });
  });

  it.each([
    [['infra', 'logs', 'audit', 'no-such-trace']],
    [['infra', 'db', 'describe', 'no_such_table']],
    [['admin', 'users', 'show', 'nobody@example.test']],
    [['admin', 'agents', 'show', 'nobody']],
    [['cloud', 'profile', 'show', 'nowhere']],
    [
      [
        'admin',
        'session',
        'login',
        '--email',
        'admin@localhost',
        '--resource',
        'mcp/nothing',
        '--token-only',
      ],
    ],
  ])('1 for what is not found: %j', async (args) => {
    expect(await shell.run(args)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Error: ./),
    });
  });

  it('says a failure in JSON where JSON was asked for', async () => {
    const { stdout, stderr } = await shell.run(['admin', 'users', 'show', 'nobody@example.test', '--json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'IDENTITY_USER_UNKNOWN', message: 'there is no such user' },
    });
  });
});

describe('output', () => {
  it('is the same envelope in JSON and in YAML', async () => {
    const json = await shell.run(['admin', 'agents', 'list', '--json']);
    const yaml = await shell.run(['admin', 'agents', 'list', '--yaml']);
    const envelope = JSON.parse(json.stdout);
    expect(Object.keys(envelope)).toEqual(['data', 'artifact_type', 'title', 'hints']);
    expect(parse(yaml.stdout)).toEqual(envelope);
  });

  it.each([[[]], [['--help']], [['infra', '--help']], [['infra', 'db', 'query', '--help']]])(
    'has help for %j',
    async (args) => {
      const { code, stdout, stderr } = await shell.run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('USAGE');
    },
  );

  it('has examples in the help of every command', async () => {
    const file = new URL('../oclif.manifest.json', import.meta.url);
    const { commands } = JSON.parse(readFileSync(file, 'utf8')) as {
      commands: Record<string, { id: string; examples?: readonly string[] }>;
    };
    const without = Object.values(commands)
      .filter(({ examples = [] }) => examples.length === 0)
      .map(({ id }) => id);
    expect(Object.keys(commands)).toContain('infra:db:query');
    expect(without).toEqual([]);
  });
});
