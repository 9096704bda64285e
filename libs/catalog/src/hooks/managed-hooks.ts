import { readFileSync } from 'node:fs';
import { catalogError } from '../catalog-error.ts';
import { managedPlaces } from './client-places.ts';
import { INSTALLED_EVENTS } from './hook-routes.ts';
import type { ClientSettings } from './settings/client-settings.ts';
import { withManagedHooks } from './settings/merged-settings.ts';
import { readSettings, replaceFile, writeSettings } from './settings/settings-file.ts';

export interface ManagedInstallation {
  /** Stands for `/`; null: the machine itself, which takes root. */
  readonly root: string | null;
  readonly node: string;
  readonly program: string;
  readonly dryRun: boolean;
}

export interface ManagedResult {
  readonly changed: boolean;
  readonly dryRun: boolean;
  readonly settingsFile: string;
  readonly program: string;
  readonly events: readonly string[];
  readonly settings: ClientSettings | null;
}

/**
 * Hooks that no user of the machine can change, for every tool and as the command form; the hooks of users and projects
 * are ignored from then on. The file is read by everybody, so it holds no credential: each user installs their own.
 * @throws AppError `CATALOG_MANAGED_ROOT`, `CATALOG_SETTINGS_*`
 */
export function installManagedHooks({ root, node, program, dryRun }: ManagedInstallation): ManagedResult {
  const places = managedPlaces(root ?? '/', process.platform);
  if (root === null && !dryRun && process.geteuid?.() !== 0) {
    throw catalogError('CATALOG_MANAGED_ROOT', { file: places.settings, hint: 'Run it with sudo.' });
  }
  const before = readSettings(places.settings);
  const after = withManagedHooks(before ?? {}, {
    form: 'command',
    node,
    program: places.program,
    installedFile: null,
    platform: process.platform,
  });
  const shipped = readFileSync(program);
  const changed = JSON.stringify(before) !== JSON.stringify(after) || !isSame(places.program, shipped);
  if (changed && !dryRun) {
    replaceFile(places.program, shipped, 0o644);
    writeSettings(places.settings, after, 0o644);
  }
  return {
    changed,
    dryRun,
    settingsFile: places.settings,
    program: places.program,
    events: INSTALLED_EVENTS,
    settings: dryRun ? after : null,
  };
}

function isSame(file: string, content: Buffer): boolean {
  try {
    return readFileSync(file).equals(content);
  } catch {
    return false;
  }
}
