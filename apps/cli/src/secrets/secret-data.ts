import type { Configuration } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';
import { secretNamesOf } from '@gatehouse/mcp-spawner';
import type { SecretVersion } from '@gatehouse/secrets';

/** What a person sees of one version. */
export function versionData(version: SecretVersion): JsonObject {
  const { supersededAt, unsetAt, revokedAt, lastOpenedAt } = version;
  return {
    name: version.name,
    version: version.version,
    state: stateOf(version),
    set_at: version.setAt.toISOString(),
    set_by: version.setBy,
    ended_at: (unsetAt ?? supersededAt)?.toISOString() ?? null,
    revoked_upstream_at: revokedAt?.toISOString() ?? null,
    redacted: version.redact,
    last_used_at: lastOpenedAt?.toISOString() ?? null,
    last_used_for: version.lastOpenedFor,
  };
}

/** One line for each secret that is set, or was and may still be worth something to whoever has it. */
export function secretsData(
  versions: readonly SecretVersion[],
  configuration: Configuration,
  now: Date,
): JsonObject[] {
  const newest = new Map<string, SecretVersion>();
  const isOpen = (version: SecretVersion) => version.isCurrent || version.revokedAt === null;
  for (const version of versions) {
    if (isOpen(version) && !newest.has(version.name)) newest.set(version.name, version);
  }
  return [...newest.values()].map((version) => ({
    ...versionData(version),
    age_days: Math.floor((now.getTime() - version.setAt.getTime()) / 86_400_000),
    receivers: receiversOf(version.name, configuration),
  }));
}

/** Secrets that the configuration lists and the store does not hold. */
export function missingData(versions: readonly SecretVersion[], configuration: Configuration): JsonObject[] {
  const held = new Set(versions.filter(({ isCurrent }) => isCurrent).map(({ name }) => name));
  const listed = new Set([...configuration.services.mcpServers.values()].flatMap(secretNamesOf));
  return [...listed]
    .filter((name) => !held.has(name))
    .sort()
    .map((name) => ({ name, state: 'not set', receivers: receiversOf(name, configuration) }));
}

function receiversOf(name: string, { services }: Configuration): string[] {
  return [...services.mcpServers.values()]
    .filter((server) => secretNamesOf(server).includes(name))
    .map((server) => server.name);
}

function stateOf({ isCurrent, unsetAt, revokedAt }: SecretVersion): string {
  if (isCurrent) return 'set';
  if (revokedAt !== null) return 'revoked upstream';
  return unsetAt === null ? 'superseded' : 'unset; revoke it upstream';
}
