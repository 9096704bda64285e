import { LEGACY_VERSIONS, type McpDefinitions, MODERN_VERSION } from '@gatehouse/mcp-spawner';

/** The revisions in which a server can be spoken to: those of the eras that it was found to speak. */
export function supportedVersions(
  definitions: Pick<McpDefinitions, 'eras'>,
  server: string,
): readonly string[] {
  return definitions.eras(server).flatMap((era) => (era === 'modern' ? [MODERN_VERSION] : LEGACY_VERSIONS));
}
