import { delimiter, dirname, join } from 'node:path';
import { childEnvironment as surroundings } from '@gatehouse/config';

/** In a value of `env`: the folder that the process has for itself, and that goes with it. */
const OWN_FOLDER = /\$\{folder\}/g;
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

/** The folders in which a server's `command` is looked for, and its PATH: the installation's, this runtime's, the system's. */
export function searchPath(installationRoot: string): readonly string[] {
  const inherited = (surroundings().PATH ?? SYSTEM_PATH).split(delimiter);
  const folders = [join(installationRoot, 'node_modules', '.bin'), dirname(process.execPath), ...inherited];
  return [...new Set(folders.filter((folder) => folder.startsWith('/')))];
}

/**
 * All that a child finds in its environment. Of the server's own it gets where programs are, the language and the
 * time zone; what its YAML sets wins.
 */
export function childEnvironment(options: {
  readonly installationRoot: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { LANG = 'C.UTF-8', TZ = Intl.DateTimeFormat().resolvedOptions().timeZone } = surroundings();
  return {
    PATH: searchPath(options.installationRoot).join(delimiter),
    LANG,
    TZ,
    HOME: options.folder,
    TMPDIR: options.folder,
    ...Object.fromEntries(
      Object.entries(options.env).map(([name, value]) => [
        name,
        value.replaceAll(OWN_FOLDER, options.folder),
      ]),
    ),
    // By this a process is known as the child's, wherever it went: it comes last, so no YAML can take it away.
    GATEHOUSE_CHILD: options.folder,
  };
}
