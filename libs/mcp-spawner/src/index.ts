export { Cage } from './cage/cage.service.ts';
export { type CageKind, type CageState, isolationText } from './cage/cage-state.ts';
export { detectCage } from './cage/detect-cage.ts';
export { LINE_LEVELS, type LineLevel, lineLevel } from './children/line-level.ts';
export type { StderrLine } from './children/stderr-ring.ts';
export type { CommandApproval, CommandCaller } from './commands/command-approval.ts';
export { CommandApprovals } from './commands/command-approvals.service.ts';
export { CommandManifest, type CommandUse, type FoundCommand } from './commands/command-manifest.ts';
export {
  type CommandHandover,
  type CommandOutcome,
  CommandRunner,
} from './commands/command-runner.service.ts';
export { DiscoveryFailed } from './definitions/discovery-failed.ts';
export { McpDefinitions } from './definitions/mcp-definitions.service.ts';
export type { ServerDefinition } from './definitions/server-definition.ts';
export { McpSpawnerModule } from './mcp-spawner.module.ts';
export { type DescribedDrift, describedDrift } from './pins/described-drift.ts';
export { driftHash } from './pins/drift.ts';
export { McpPins } from './pins/mcp-pins.service.ts';
export type { PinKind } from './pins/pin.ts';
export { programOf } from './pins/program-of.ts';
export { flagsOf, type TextFlag } from './pins/text-flags.ts';
export { type ChildNotice, ChildPool } from './pool/child-pool.service.ts';
export { ChildUnavailable } from './pool/child-unavailable.ts';
export type { ChildOwner } from './pool/pool-key.ts';
export type { PooledChild } from './pool/pooled-child.ts';
export { secretNamesOf } from './secrets/secret-names.ts';
export { McpServers } from './servers/mcp-servers.service.ts';
export type { RegisteredServer } from './servers/registered-server.ts';
export type {
  DiscoveryState,
  McpServerStatus,
  ServerCounters,
  ServerOffer,
} from './servers/server-status.ts';
export type { ClientAnswer, ClientRequest, ClientRequestListener } from './upstream/client-request.ts';
export { GATEWAY_INFO } from './upstream/handshake.ts';
export {
  CLIENT_CAPABILITIES_KEY,
  CLIENT_INFO_KEY,
  LATEST_LEGACY_VERSION,
  LEGACY_VERSIONS,
  type McpEra,
  MODERN_VERSION,
  PROTOCOL_VERSION_KEY,
  SERVER_INFO_KEY,
  SUBSCRIPTION_ID_KEY,
} from './upstream/protocol.ts';
export type { UpstreamOutcome, UpstreamRequest } from './upstream/upstream-call.ts';
