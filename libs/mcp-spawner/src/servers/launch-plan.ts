import type { McpServerConfig } from '@gatehouse/config';
import { searchPath } from '../children/child-environment.ts';
import { resolveExecutable } from './resolve-executable.ts';

/** What runs for a server. */
export interface LaunchPlan {
  /** An absolute path, links followed. */
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Undefined when the server's command is nowhere to be found. */
export function planLaunch(config: McpServerConfig, installationRoot: string): LaunchPlan | undefined {
  if (config.command === null) return undefined;
  const executable = resolveExecutable(config.command, installationRoot, searchPath(installationRoot));
  if (executable === undefined) return undefined;
  return { executable, args: config.args, env: config.env, cwd: installationRoot };
}
