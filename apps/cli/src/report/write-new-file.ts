import { writeFile } from 'node:fs/promises';
import { cliError } from '../errors/cli-error.ts';

/** A file of this account alone (0600). @throws AppError `CLI_FILE` where there is one already or none can be made */
export async function writeNewFile(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw cliError('CLI_FILE', {
      message: `${path} cannot be made (${error.code ?? 'unknown error'})`,
      cause: error,
    });
  });
}
