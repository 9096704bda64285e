import { LEGACY_VERSIONS, type McpDefinitions, MODERN_VERSION } from '@gatehouse/mcp-spawner';

const ALL_VERSIONS: readonly string[] = [MODERN_VERSION, ...LEGACY_VERSIONS];

/** The revisions in which a server can be spoken to: all, whichever it speaks itself, once anything is known of it. */
export function supportedVersions(
  definitions: Pick<McpDefinitions, 'eras'>,
  server: string,
): readonly string[] {
  return definitions.eras(server).length > 0 ? ALL_VERSIONS : [];
}
