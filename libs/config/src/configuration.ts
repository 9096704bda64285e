import type { Installation } from './installation/installation.ts';
import type { Profile } from './profile/profile.ts';
import type { ServicesConfig } from './services/services-config.ts';

/** Everything that this process is configured with. Read once, checked, frozen. */
export interface Configuration {
  readonly installation: Installation;
  readonly profile: Profile;
  readonly services: ServicesConfig;
}

/** Injects the `Configuration`: `@Inject(CONFIGURATION) configuration: Configuration`. */
export const CONFIGURATION = Symbol('gatehouse.configuration');
