import { join } from 'node:path';

/** Where a client's hooks are put, for one user of a machine. All paths are absolute. */
export interface ClientPlaces {
  /** The user's own settings, never a project's. */
  readonly settings: string;
  /** What was installed: the credential, the key to the server's answers, and what the settings were. */
  readonly installed: string;
  /** The copy of the command form: apart from any checkout, which an agent may be working in. */
  readonly program: string;
}

/**
 * By the user's home alone: the command form finds them without the environment, which a project's settings can
 * change.
 */
export function claudeCodePlaces(home: string): ClientPlaces {
  const own = join(home, '.config', 'gatehouse', 'hooks');
  return {
    settings: join(home, '.claude', 'settings.json'),
    installed: join(own, 'claude-code.json'),
    program: join(own, 'gatehouse-hook.mjs'),
  };
}

/** The settings that no user can change, and the command form that they name. `root` stands for `/`. */
export function managedPlaces(
  root: string,
  platform: NodeJS.Platform,
): Pick<ClientPlaces, 'settings' | 'program'> {
  const folder = join(root, MANAGED_FOLDERS[platform] ?? 'etc/claude-code');
  return { settings: join(folder, 'managed-settings.json'), program: join(folder, 'gatehouse-hook.mjs') };
}

const MANAGED_FOLDERS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Library/Application Support/ClaudeCode',
};
