import type { McpServerConfig } from '@gatehouse/config';
import { programFile } from '@gatehouse/secrets';
import { searchPath } from '../children/child-environment.ts';
import { resolveExecutable } from './resolve-executable.ts';

/** What runs for a server. */
export interface LaunchPlan {
  /** An absolute path, links followed. */
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What of a remote server decides which definitions it gives; null for a command. */
  readonly remote: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
}

/**
 * Undefined when the server's command is nowhere to be found. A remote server is spoken to by our own egress warden.
 *
 * @throws AppError when that was not built
 */
export function planLaunch(config: McpServerConfig, installationRoot: string): LaunchPlan | undefined {
  const { command, url, headers } = config;
  if (command === null) {
    if (url === null) return undefined;
    const executable = programFile('egress-warden');
    return { executable, args: [], env: {}, cwd: installationRoot, remote: { url, headers } };
  }
  const executable = resolveExecutable(command, installationRoot, searchPath(installationRoot));
  if (executable === undefined) return undefined;
  return { executable, args: config.args, env: config.env, cwd: installationRoot, remote: null };
}
