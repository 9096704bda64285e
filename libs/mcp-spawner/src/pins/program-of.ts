import type { McpServerConfig } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';
import { planLaunch } from '../servers/launch-plan.ts';
import { programIdentity } from './program-identity.ts';

/** What would be pinned of the program that a server's command stands for now; null where it has none, or none is found. */
export async function programOf(
  config: McpServerConfig,
  installationRoot: string,
): Promise<JsonObject | null> {
  const plan = config.command === null ? undefined : planLaunch(config, installationRoot);
  return plan === undefined ? null : programIdentity(plan, installationRoot);
}
