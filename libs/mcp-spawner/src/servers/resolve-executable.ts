import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Where a server's `command` is: an absolute path, a path with a slash below the installation, or a bare name in
 * the folders given, first match wins. Undefined when there is no such executable file. Links are followed, so
 * that the answer names the file that runs.
 */
export function resolveExecutable(
  command: string,
  installationRoot: string,
  folders: readonly string[],
): string | undefined {
  if (isAbsolute(command)) return executableAt(command);
  if (command.includes('/')) return executableAt(resolve(installationRoot, command));
  for (const folder of folders) {
    const found = executableAt(join(folder, command));
    if (found !== undefined) return found;
  }
  return undefined;
}

function executableAt(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    accessSync(path, constants.X_OK);
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
