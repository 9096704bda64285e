import type { McpServerConfig } from '@gatehouse/config';
import { placeholderNames } from '@gatehouse/secrets';

/** Names in the store of all that a server receives: variables of a command, headers of a remote server. */
export function secretNamesOf({ secrets, headers }: Pick<McpServerConfig, 'secrets' | 'headers'>): string[] {
  return [...new Set([...Object.values(secrets), ...Object.values(headers).flatMap(placeholderNames)])];
}
