import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import type { ProtectedPaths } from '../blocklist/index.ts';

/** What no agent may read or write (threat T1): this installation's state, policies and keys, and clients' hooks. */
export function protectedPathsOf({ installation }: Configuration): ProtectedPaths {
  const home = homedir();
  return {
    stateDir: installation.stateDir,
    servicesDir: installation.servicesDir,
    keyDir: installation.keyDir,
    clientSettings: [
      join(home, '.claude', 'settings.json'),
      join(home, '.claude', 'settings.local.json'),
      join(home, '.claude.json'),
      join(home, '.config', 'gatehouse', 'hooks'),
      '/etc/claude-code',
      '/Library/Application Support/ClaudeCode',
    ],
    home,
  };
}
