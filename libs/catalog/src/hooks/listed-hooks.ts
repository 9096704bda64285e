import { systemClock } from '@gatehouse/kernel';
import { claudeCodePlaces, managedPlaces } from './client-places.ts';
import { type InstalledHooks, readInstalled } from './installed-hooks.ts';
import { type EventGroup, ourGroups } from './settings/our-hooks.ts';
import { readSettings } from './settings/settings-file.ts';
import type { HookForm } from './settings/wanted-hooks.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Hooks of ours that a settings file holds. */
export interface ListedHooks {
  readonly client: string;
  readonly scope: 'user' | 'managed';
  readonly settingsFile: string;
  readonly form: HookForm;
  readonly events: number;
  /** The server that they ask; null in managed settings, where it stands in what each user installs. */
  readonly url: string | null;
  readonly installedAt: string | null;
  /** Whole days since then. */
  readonly ageDays: number | null;
  readonly expiresAt: string | null;
  readonly credentialId: string | null;
}

/**
 * What is installed for the user with this home and for the machine; empty where nothing is.
 * @throws AppError `CATALOG_SETTINGS_*`
 */
export function listHooks(home: string, managedRoot: string): readonly ListedHooks[] {
  const places = claudeCodePlaces(home);
  const installed = readInstalled(places.installed);
  const managedFile = managedPlaces(managedRoot, process.platform).settings;
  return [
    ...listed('user', places.settings, installed),
    ...listed('managed', managedFile, installed?.settingsFile === managedFile ? installed : null),
  ];
}

function listed(
  scope: 'user' | 'managed',
  settingsFile: string,
  installed: InstalledHooks | null,
): ListedHooks[] {
  const groups = ourGroups(readSettings(settingsFile) ?? {});
  if (groups.length === 0) return [];
  const age = installed === null ? null : systemClock.now() - Date.parse(installed.installedAt);
  return [
    {
      client: 'claude-code',
      scope,
      settingsFile,
      form: formOf(groups),
      events: new Set(groups.map(([event]) => event)).size,
      url: installed?.url ?? null,
      installedAt: installed?.installedAt ?? null,
      ageDays: age === null ? null : Math.floor(age / DAY_MS),
      expiresAt: installed?.expiresAt ?? null,
      credentialId: installed?.credentialId ?? null,
    },
  ];
}

function formOf(groups: readonly EventGroup[]): HookForm {
  return JSON.stringify(groups).includes('"type":"http"') ? 'http' : 'command';
}
