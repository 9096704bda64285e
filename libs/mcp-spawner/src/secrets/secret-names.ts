import type { McpServerConfig } from '@gatehouse/config';

const PLACEHOLDER = /\$\{secret:([A-Za-z_][A-Za-z0-9_.-]{0,127})\}/g;

/** Names in the store of all that a server receives: variables of a command, headers of a remote server. */
export function secretNamesOf({ secrets, headers }: Pick<McpServerConfig, 'secrets' | 'headers'>): string[] {
  const inHeaders = Object.values(headers).flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!),
  );
  return [...new Set([...Object.values(secrets), ...inHeaders])];
}
