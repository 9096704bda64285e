import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNote } from '@gatehouse/audit';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;
let held: Database;
const file = (name: string) => join(shell.folder, name);

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
}, 180_000);
afterAll(async () => {
  await held.close();
  shell.remove();
});

it('a bundle verifies without a database, with a key and an anchor; one changed letter does not', async () => {
  const { checkpoint } = await shell.data('infra', 'logs', 'audit', 'checkpoint');
  const { keys } = await shell.data('infra', 'logs', 'audit', 'keys');
  writeFileSync(file('keys'), `${(keys as { vkey: string }[]).map(({ vkey }) => vkey).join('\n')}\n`);
  writeFileSync(file('anchor'), checkpoint as string);
  await shell.data('infra', 'logs', 'audit', 'bundle', '--output', file('audit.ndjson'));
  const verify = [
    'infra',
    'logs',
    'audit',
    'verify',
    '--bundle',
    file('audit.ndjson'),
    '--key',
    file('keys'),
  ];
  expect(await shell.data(...verify, '--checkpoint', file('anchor'))).toMatchObject({ ok: true });
  writeFileSync(
    file('audit.ndjson'),
    readFileSync(file('audit.ndjson'), 'utf8').replace('"allow"', '"allov"'),
  );
  const { code, stdout } = await shell.run(verify);
  expect(code).toBe(1);
  expect(stdout).toMatch(/First: row [0-9a-f-]{36} was changed/);
}, 120_000);

it('a hold is placed, listed and released; an erasure counts first', async () => {
  const { id } = await shell.data('infra', 'logs', 'hold', 'place', '--trace', 'abc', '--reason', 'case 1');
  await shell.data('infra', 'logs', 'hold', 'release', id as string, '--reason', 'closed', '--yes');
  const { holds } = await shell.data('infra', 'logs', 'hold', 'list');
  const [hold] = holds as { id: string; kind: string; released_at: string | null }[];
  expect(hold).toMatchObject({ id, kind: 'trace' });
  expect(hold?.released_at).not.toBeNull();
  expect(
    await shell.data('infra', 'logs', 'erase', 'admin@localhost', '--rule', 'GDPR', '--dry-run'),
  ).toMatchObject({ held: 0 });
  expect((await shell.run(['infra', 'logs', 'cleanup', '--dry-run'])).code).toBe(0);
}, 120_000);

it('a sink goes on without what it refuses for good when an operator says why, and not otherwise', async () => {
  const skip = ['infra', 'logs', 'sinks', 'skip', 'siem', '--reason', 'field limit', '--yes'];
  expect(await shell.run(skip)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no sink siem refuses'),
  });
  const client = new pg.Client(held.clientConfig('owner'));
  await client.connect();
  try {
    await client.query(
      `insert into export_sinks (sink, refused_id, failing_since) values ('siem', 'row-1', now())`,
    );
    const { record } = await shell.data(...skip);
    const { rows } = await client.query(
      `select skip_id, event, evaluation -> 'detail' ->> 'reason' as why from export_sinks, audit_log where id = $1`,
      [record],
    );
    expect(rows).toEqual([{ skip_id: 'row-1', event: 'admin.export_skipped', why: 'field limit' }]);
  } finally {
    await client.end();
  }
}, 120_000);

it('a framework is reported control by control, and its evidence is the same file twice, signed, and overwrites none', async () => {
  const period = String(new Date().getUTCFullYear());
  const report = await shell.run([
    'admin',
    'compliance',
    'report',
    '--framework',
    'iso27001',
    '--period',
    period,
  ]);
  expect(report).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/A\.7\.14 .*not applicable here: physical/),
  });
  expect(report.stdout).toMatch(/A\.8\.15 /);
  const unknown = ['admin', 'compliance', 'report', '--framework', 'soc3', '--period', period];
  expect(await shell.run(unknown)).toMatchObject({ code: 1, stderr: expect.stringContaining('there are: ') });
  // A period without rows of its own, since each command is one.
  const evidence = [
    'admin',
    'compliance',
    'evidence',
    '--framework',
    'hipaa',
    '--period',
    '2020-01',
    '--output',
  ];
  await shell.data(...evidence, file('one.json'));
  await shell.data(...evidence, file('two.json'));
  const [one, note] = [readFileSync(file('one.json')), readFileSync(file('one.json.note'), 'utf8')];
  expect(readFileSync(file('two.json')).equals(one)).toBe(true);
  expect(note).toContain(`sha256 ${createHash('sha256').update(one).digest('hex')}\n`);
  const { keys } = await shell.data('infra', 'logs', 'audit', 'keys');
  expect(
    openNote(
      note,
      (keys as { vkey: string }[]).map(({ vkey }) => vkey),
    ).signers,
  ).toHaveLength(1);
  expect((await shell.run([...evidence, file('one.json')])).code).not.toBe(0);
  expect(readFileSync(file('one.json')).equals(one)).toBe(true);
}, 120_000);

it('a log that was set back is not signed any more; a new one is begun by a command, and verifies once that is known', async () => {
  const refused = await shell.run([
    'infra',
    'logs',
    'audit',
    'begin',
    '--reason',
    'nothing is wrong',
    '--yes',
  ]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('there is nothing to begin') });
  const client = new pg.Client(held.clientConfig('owner'));
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  await client.query('delete from audit_checkpoints');
  await client.end();
  const begin = ['infra', 'logs', 'audit', 'begin', '--reason', 'restored from a backup'];
  expect((await shell.run(begin)).code).toBe(2);
  const { origin, after } = await shell.data(...begin, '--yes');
  expect(origin).not.toBe(after);
  const verify = ['infra', 'logs', 'audit', 'verify'];
  const { code, stdout } = await shell.run(verify);
  expect(code).toBe(1);
  expect(stdout).toContain('restored from a backup');
  expect(await shell.data(...verify, '--accept', origin as string)).toMatchObject({ ok: true });
}, 120_000);
