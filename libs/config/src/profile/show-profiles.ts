import type { Environment } from '../installation/environment.ts';
import { processEnvironment } from '../installation/environment.ts';
import { findInstallation, type Installation } from '../installation/installation.ts';
import { ConfigurationInvalid } from '../problem/configuration-invalid.ts';
import { maskPostgresUrl } from './addresses.ts';
import { DEFAULT_PROFILE, loadProfile } from './load-profile.ts';
import type { Profile } from './profile.ts';
import { profileNames } from './profile-files.ts';

/** A profile as a person may see it: the database's address without its password. */
export interface ProfileView extends Omit<Profile, 'databaseUrl'> {
  readonly databaseUrl: string | null;
  readonly active: boolean;
}

export interface ProfileListing {
  readonly name: string;
  readonly active: boolean;
  /** False when its file cannot be used; `showProfile` tells why. */
  readonly valid: boolean;
  readonly mode: Profile['mode'] | null;
  readonly publicUrl: string | null;
  readonly source: string | null;
}

export interface ProfileOptions {
  readonly root?: string;
  /** The profile that the caller runs under; without it, as `loadConfiguration`. */
  readonly profile?: string;
  readonly environment?: Environment;
}

/** Every profile of the installation. */
export function listProfiles(options: ProfileOptions = {}): ProfileListing[] {
  const { installation, environment, active } = settle(options);
  return profileNames(installation).map((name) => {
    const loaded = loadProfile(installation, environmentFor(environment, name === active), name);
    const profile = loaded.ok ? loaded.profile : null;
    return {
      name,
      active: name === active,
      valid: loaded.ok,
      mode: profile?.mode ?? null,
      publicUrl: profile?.publicUrl ?? null,
      source: profile?.source ?? null,
    };
  });
}

/**
 * One profile, `name` or the active one.
 * @throws ConfigurationInvalid when its file cannot be used, AppError `CONFIG_PROFILE_UNKNOWN` when there is none.
 */
export function showProfile(name?: string, options: ProfileOptions = {}): ProfileView {
  const { installation, environment, active } = settle(options);
  const chosen = name ?? active;
  const loaded = loadProfile(installation, environmentFor(environment, chosen === active), chosen);
  if (!loaded.ok) throw new ConfigurationInvalid(loaded.problems);
  const { databaseUrl, ...rest } = loaded.profile;
  return {
    ...rest,
    databaseUrl: databaseUrl === null ? null : maskPostgresUrl(databaseUrl.reveal()),
    active: chosen === active,
  };
}

function settle(options: ProfileOptions): {
  installation: Installation;
  environment: Environment;
  active: string;
} {
  const environment = options.environment ?? processEnvironment();
  const installation = findInstallation({
    environment,
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  return {
    installation,
    environment,
    active: options.profile ?? (environment.GATEHOUSE_PROFILE || DEFAULT_PROFILE),
  };
}

/** `PORT` and `DATABASE_URL` of this process say nothing about a profile that it does not run under. */
function environmentFor(environment: Environment, active: boolean): Environment {
  return active ? environment : {};
}
