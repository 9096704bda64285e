import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@gatehouse/kernel';

export interface Migration {
  /** The file's name without `.sql`: `0001-audit`. */
  readonly name: string;
  readonly sql: string;
  /** Hex, over the file's bytes. */
  readonly sha256: string;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;

/**
 * The migrations of a folder in order.
 * @throws {AppError} DATABASE_MIGRATIONS_INVALID where a name has the wrong form or two share a number.
 */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    const number = FILE.exec(name)?.[1];
    if (number === undefined || numbers.has(number)) {
      throw new AppError('DATABASE_MIGRATIONS_INVALID', `${join(folder, name)} has no number of its own.`, {
        owner: 'gatehouse',
        hint: 'A migration is named NNNN-name.sql, each with a number of its own.',
      });
    }
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { name: name.slice(0, -'.sql'.length), sql: bytes.toString('utf8'), sha256 };
    }),
  );
}

/** One digest over all of them: the same migrations, the same digest. */
export function migrationsDigest(migrations: readonly Migration[]): string {
  const lines = migrations.map(({ name, sha256 }) => `${name} ${sha256}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
