import { deepFreeze } from '@gatehouse/kernel';
import type { Configuration } from './configuration.ts';
import { type Environment, processEnvironment } from './installation/environment.ts';
import { findInstallation } from './installation/installation.ts';
import { ConfigurationInvalid } from './problem/configuration-invalid.ts';
import { problemsWithoutCredentials } from './problem/without-credentials.ts';
import { loadProfile } from './profile/load-profile.ts';
import type { IncludeFolder } from './services/includes.ts';
import { loadServices } from './services/load-services.ts';

export interface LoadOptions {
  /** The checkout; by default the one that this program lies in. */
  readonly root?: string;
  /** The profile's name; by default `GATEHOUSE_PROFILE`, else `local`. */
  readonly profile?: string;
  /** By default the variables of this process. */
  readonly environment?: Environment;
  /** Folders of `services/` whose files a short-lived program has no use for: neither read nor checked. */
  readonly leaveOut?: readonly IncludeFolder[];
}

/**
 * Reads the profile and `services/**` and checks all of it, but for what is left out.
 * @throws ConfigurationInvalid with every problem found; AppError `CONFIG_PROFILE_UNKNOWN`,
 * `CONFIG_NO_INSTALLATION`.
 */
export async function loadConfiguration(options: LoadOptions = {}): Promise<Configuration> {
  const environment = options.environment ?? processEnvironment();
  const installation = findInstallation({
    environment,
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  const profile = loadProfile(installation, environment, options.profile);
  const services = loadServices(installation, options.leaveOut);
  if (!profile.ok || !services.ok) {
    const problems = [...(profile.ok ? [] : profile.problems), ...(services.ok ? [] : services.problems)];
    throw new ConfigurationInvalid(await problemsWithoutCredentials(problems));
  }
  const configuration: Configuration = {
    installation,
    profile: profile.profile,
    services: services.services,
  };
  for (const server of configuration.services.mcpServers.values()) deepFreeze(server);
  for (const agent of configuration.services.agents.values()) deepFreeze(agent);
  for (const sink of configuration.services.exportSinks.values()) deepFreeze(sink);
  for (const framework of configuration.services.frameworks.values()) deepFreeze(framework);
  return deepFreeze(configuration);
}
