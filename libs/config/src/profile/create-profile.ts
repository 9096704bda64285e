import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@gatehouse/kernel';
import { stringify } from 'yaml';
import { findInstallation } from '../installation/installation.ts';
import { ConfigurationInvalid } from '../problem/configuration-invalid.ts';
import { loadProfile } from './load-profile.ts';
import { isProfileName, profileFile } from './profile-files.ts';
import { type ProfileOptions, type ProfileView, showProfile } from './show-profiles.ts';

/** What goes into the file; what is left out keeps its default. */
export interface NewProfile {
  readonly name: string;
  readonly mode?: string;
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  /** With its password: readable by the owner of the installation alone. */
  readonly databaseUrl?: string;
  readonly logLevel?: string;
}

/**
 * Writes `profiles/<name>.yaml` into the state folder, and leaves no file behind that cannot be used.
 * @throws AppError `CONFIG_PROFILE_NAME_INVALID`, `CONFIG_PROFILE_EXISTS`; ConfigurationInvalid for a wrong value
 */
export function createProfile(profile: NewProfile, options: ProfileOptions = {}): ProfileView {
  const { name } = profile;
  if (!isProfileName(name)) {
    throw new AppError('CONFIG_PROFILE_NAME_INVALID', 'that is no name of a profile', {
      owner: 'operator',
      hint: 'Up to 48 small letters and digits, with - or _ between them.',
    });
  }
  const installation = findInstallation(options);
  const path = profileFile(installation, name);
  writeNew(name, path, stringify(membersOf(profile)));
  const loaded = loadProfile(installation, {}, name);
  if (!loaded.ok) {
    rmSync(path);
    throw new ConfigurationInvalid(loaded.problems);
  }
  return showProfile(name, options);
}

function membersOf({ mode, host, port, publicUrl, databaseUrl, logLevel }: NewProfile): object {
  const members = {
    mode,
    host,
    port,
    public_url: publicUrl,
    database_url: databaseUrl,
    log_level: logLevel,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** `wx` neither overwrites nor follows a link. */
function writeNew(name: string, path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openNew(name, path);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function openNew(name: string, path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new AppError('CONFIG_PROFILE_EXISTS', `the profile "${name}" exists already`, {
      owner: 'operator',
      hint: `Nothing was changed. Edit ${path}, or take another name.`,
    });
  }
}
