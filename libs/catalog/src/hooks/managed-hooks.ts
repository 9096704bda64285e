import { readFileSync, realpathSync } from 'node:fs';
import { catalogError } from '../catalog-error.ts';
import { managedPlaces } from './client-places.ts';
import { INSTALLED_EVENTS } from './hook-routes.ts';
import type { ClientSettings } from './settings/client-settings.ts';
import { withManagedHooks } from './settings/merged-settings.ts';
import { readSettings, replaceFile, writeSettings } from './settings/settings-file.ts';

/** A file that an installation writes; `members`: those of the settings that are other than they were. */
export interface ManagedChange {
  readonly file: string;
  readonly change: 'new' | 'changed';
  readonly members: readonly string[];
}

export interface ManagedInstallation {
  /** Stands for `/`; null: the machine itself, which takes root. */
  readonly root: string | null;
  readonly node: string;
  readonly program: string;
  readonly dryRun: boolean;
  /** Asked before anything of the machine itself is written, of just what is written then; throws for no. */
  readonly agree: (changes: readonly ManagedChange[]) => Promise<void>;
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
 * @throws AppError `CATALOG_MANAGED_ROOT`, `CATALOG_SETTINGS_*`, and what `agree` throws
 */
export async function installManagedHooks(wanted: ManagedInstallation): Promise<ManagedResult> {
  const { node, program, dryRun } = wanted;
  const root = wanted.root === null || isMachine(wanted.root) ? null : wanted.root;
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
  const changes = [
    ...settingsChange(places.settings, before, after),
    ...programChange(places.program, shipped),
  ];
  if (changes.length > 0 && !dryRun) {
    if (root === null) await wanted.agree(changes);
    replaceFile(places.program, shipped, 0o644);
    writeSettings(places.settings, after, 0o644);
  }
  return {
    changed: changes.length > 0,
    dryRun,
    settingsFile: places.settings,
    program: places.program,
    events: INSTALLED_EVENTS,
    settings: dryRun ? after : null,
  };
}

/** However it is spelt; a folder that does not exist yet is not. */
function isMachine(root: string): boolean {
  try {
    return realpathSync(root) === '/';
  } catch {
    return false;
  }
}

function settingsChange(file: string, before: ClientSettings | null, after: ClientSettings): ManagedChange[] {
  const was = new Map(Object.entries(before ?? {}).map(([name, value]) => [name, JSON.stringify(value)]));
  const members = Object.entries(after)
    .filter(([name, value]) => was.get(name) !== JSON.stringify(value))
    .map(([name]) => name);
  if (before === null) return [{ file, change: 'new', members }];
  return members.length > 0 ? [{ file, change: 'changed', members }] : [];
}

function programChange(file: string, shipped: Buffer): ManagedChange[] {
  const present = contentOf(file);
  if (present?.equals(shipped)) return [];
  return [{ file, change: present === null ? 'new' : 'changed', members: [] }];
}

function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
