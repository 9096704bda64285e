import { createHash } from 'node:crypto';
import { type ClientSettings, isSettings } from './client-settings.ts';
import { ourGroups } from './our-hooks.ts';

/**
 * What a change of the settings that weakens our hooks cannot leave as it was: SHA-256 (hex) over our hooks with their
 * groups, and the switches over all hooks. The user's other settings may change freely. The command form
 * (`apps/cli/bin/gatehouse-hook.mjs`) computes the same at each call.
 */
export function settingsHash(settings: ClientSettings): string {
  const { disableAllHooks = null, allowManagedHooksOnly = null } = settings;
  const hooks = ourGroups(settings).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const judged = { hooks, disableAllHooks, allowManagedHooksOnly };
  return createHash('sha256')
    .update(JSON.stringify(sorted(judged)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isSettings(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
