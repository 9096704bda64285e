import { type ClientSettings, objectMember } from './client-settings.ts';
import { withoutOurs } from './our-hooks.ts';
import { TOKEN_VARIABLE, type WantedHooks, wantedHooks } from './wanted-hooks.ts';

/** The settings with our hooks as wanted, everything of others kept in its place. */
export function withHooks(settings: ClientSettings, wanted: WantedHooks): ClientSettings {
  const theirs = withoutOurs(settings);
  const hooks: Record<string, unknown> = { ...theirs };
  for (const [event, group] of Object.entries(wantedHooks(wanted))) {
    const present = theirs[event];
    hooks[event] = [...(Array.isArray(present) ? (present as unknown[]) : []), group];
  }
  return { ...settings, hooks };
}

/** The settings with the credential in `env`, or without one. */
export function withToken(settings: ClientSettings, token: string | null): ClientSettings {
  const env = objectMember(settings, 'env');
  if (token !== null) return { ...settings, env: { ...env, [TOKEN_VARIABLE]: token } };
  if (!Object.hasOwn(env, TOKEN_VARIABLE)) return settings;
  const { [TOKEN_VARIABLE]: _ours, ...others } = env;
  return { ...settings, env: others };
}

/** The settings of a whole machine: our hooks, and no others than managed ones. */
export function withManagedHooks(settings: ClientSettings, wanted: WantedHooks): ClientSettings {
  return { ...withHooks(settings, wanted), allowManagedHooksOnly: true };
}
