import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withFolder } from '../testing/test-installation.ts';
import { pendingMigrations } from './applied-migrations.ts';
import { type Migration, migrationsDigest, readMigrations } from './migration.ts';

const a: Migration = { name: '0001-a', sql: 'select 1', sha256: 'aa' };
const b: Migration = { name: '0002-b', sql: 'select 2', sha256: 'bb' };
const c: Migration = { name: '0003-c', sql: 'select 3', sha256: 'cc' };
const applied = (...migrations: Migration[]) =>
  migrations.map(({ name, sha256 }) => ({ name, sha256, appliedAt: new Date(0) }));

it('runs what has not run, in order', () => {
  expect(pendingMigrations([a, b, c], applied(a))).toEqual([b, c]);
  expect(pendingMigrations([a, b], applied(a, b))).toEqual([]);
});

it.each([
  ['a database that is newer than the code', [a], applied(a, b), 'DATABASE_NEWER_THAN_CODE'],
  ['a file that was edited after it ran', [{ ...a, sha256: 'xx' }], applied(a), 'DATABASE_MIGRATION_CHANGED'],
  ['a file put in front of one that ran', [a, b, c], applied(a, c), 'DATABASE_MIGRATION_CHANGED'],
])('refuses %s', (_what, migrations, done, code) => {
  expect(() => pendingMigrations(migrations, done)).toThrow(expect.objectContaining({ code }));
});

it('reads files in the order of their numbers, whatever else lies there', () =>
  withFolder(async (folder) => {
    for (const name of ['0002-b.sql', '0001-a.sql', 'README.md'])
      await writeFile(join(folder, name), 'select 1');
    const migrations = await readMigrations(folder);
    expect(migrations.map(({ name }) => name)).toEqual(['0001-a', '0002-b']);
    const digest = migrationsDigest(migrations);
    await writeFile(join(folder, '0002-b.sql'), 'select 2');
    expect(migrationsDigest(await readMigrations(folder))).not.toBe(digest);
  }));

it.each([['1-a.sql'], ['0001-a.sql', '0001-b.sql'], ['0001_a.sql'], ['0001-A.sql']])(
  'refuses the names %s',
  (...names) =>
    withFolder(async (folder) => {
      for (const name of names) await writeFile(join(folder, name), '');
      await expect(readMigrations(folder)).rejects.toMatchObject({ code: 'DATABASE_MIGRATIONS_INVALID' });
    }),
);
