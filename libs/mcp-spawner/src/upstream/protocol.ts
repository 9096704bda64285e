/** The two ways to speak MCP: with a handshake and a session, or with an envelope in every request. */
export type McpEra = 'legacy' | 'modern';

/** The revision without sessions. */
export const MODERN_VERSION = '2026-07-28';

/** The newest revision with an `initialize` handshake. */
export const LATEST_LEGACY_VERSION = '2025-11-25';

/** Every revision with a handshake that the gateway and the SDK speak, newest first. */
export const LEGACY_VERSIONS: readonly string[] = [
  LATEST_LEGACY_VERSION,
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
];

/** Members of a request's `_meta` in the modern era (revision 2026-07-28, "Request metadata"). */
export const PROTOCOL_VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
export const CLIENT_INFO_KEY = 'io.modelcontextprotocol/clientInfo';
export const CLIENT_CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
export const SERVER_INFO_KEY = 'io.modelcontextprotocol/serverInfo';
export const SUBSCRIPTION_ID_KEY = 'io.modelcontextprotocol/subscriptionId';
