import { delimiter, dirname, join } from 'node:path';

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The folders in which a server's `command` is looked for, and the PATH it gets: this runtime's, ours, the system's. */
export function searchPath(installationRoot: string): readonly string[] {
  return [join(installationRoot, 'node_modules', '.bin'), dirname(process.execPath), ...SYSTEM_PATH];
}

/**
 * All that a child finds in its environment: nothing is inherited from the server. What the server's YAML sets
 * comes last and wins.
 */
export function childEnvironment(options: {
  readonly installationRoot: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    PATH: searchPath(options.installationRoot).join(delimiter),
    LANG: 'C.UTF-8',
    TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
    HOME: options.folder,
    TMPDIR: options.folder,
    ...options.env,
  };
}
