import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@gatehouse/kernel';

/**
 * Makes the folder and returns its real path. Others may pass through, where root's PostgreSQL runs as another account;
 * they see nothing and list nothing.
 * @throws {AppError} DATABASE_FOREIGN_STATE where it belongs to another user.
 */
export async function makeClusterFolder(folder: string): Promise<string> {
  const owner = await stat(folder).then(
    (found) => found.uid,
    () => null,
  );
  if (owner !== null && owner !== process.geteuid?.()) {
    throw new AppError('DATABASE_FOREIGN_STATE', `${folder} belongs to user id ${owner}.`, {
      owner: 'operator',
      hint: 'Start Gatehouse as the user who started it first, or give that user’s state folder to this one.',
    });
  }
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(dirname(folder), { recursive: true, mode });
  await mkdir(folder, { recursive: true, mode });
  await chmod(folder, mode);
  return realpath(folder);
}
