export { type ClaimState, readClaimStates } from './claims/claim-states.ts';
export { ConfigModule } from './config.module.ts';
export { CONFIGURATION, type Configuration } from './configuration.ts';
export { givesAgent } from './governance/gives-agent.ts';
export { GovernancePolicies } from './governance/governance-policies.service.ts';
export {
  BLOCKLIST_CATEGORIES,
  type BlocklistCategory,
  type BlocklistPolicy,
  type GovernancePolicyDocument,
  type NameLists,
  type RateLimitsPolicy,
  type RolePolicy,
  type RolesPolicy,
  type SecretAction,
  type SecretAllowance,
  type SecretPattern,
  type SecretSeverity,
  type SecretsPolicy,
} from './governance/governance-policy.ts';
export { grantedPermissions } from './governance/granted-permissions.ts';
export { diffLines } from './governance/line-diff.ts';
export type { PolicyAuthority, PolicyChange, PolicyListener } from './governance/policy-change.ts';
export { ToolPatterns } from './governance/tool-patterns.ts';
export { childEnvironment, type Environment, serviceEnvironment } from './installation/environment.ts';
export { findInstallation, type Installation } from './installation/installation.ts';
export { refuseUnsafeRuntime } from './installation/unsafe-runtime.ts';
export { type MasterKeyFile, masterKeyFile } from './keys/master-key-file.ts';
export { operatorPassphraseFromFile, readOwnSecret } from './keys/own-secret-file.ts';
export { prepareKeyFolder, readOrCreateKey } from './keys/read-or-create-key.ts';
export { type LoadOptions, loadConfiguration } from './load-configuration.ts';
export {
  holdsPermission,
  isChange,
  PERMISSION_SETS,
  PERMISSIONS,
  type Permission,
  permissionReach,
  REACHES,
  type Reach,
} from './permissions.ts';
export { ConfigurationInvalid } from './problem/configuration-invalid.ts';
export { type ConfigurationProblem, describeProblem } from './problem/configuration-problem.ts';
export { createProfile, type NewProfile } from './profile/create-profile.ts';
export { freePort } from './profile/free-port.ts';
export type { LogLevel, Profile } from './profile/profile.ts';
export {
  listProfiles,
  type ProfileListing,
  type ProfileOptions,
  type ProfileView,
  showProfile,
} from './profile/show-profiles.ts';
export type { AgentConfig } from './services/agents/agent-config.ts';
export type {
  ControlConfig,
  EvidenceExpectation,
  FrameworkConfig,
} from './services/compliance/framework-config.ts';
export type { ExportSinkConfig, ExportSinkKind } from './services/export/export-sink-config.ts';
export type { IncludeFolder } from './services/includes.ts';
export { BUILT_IN_SERVER } from './services/mcp/built-in-server.ts';
export type {
  BuiltInServer,
  ClientRequestKind,
  McpServerConfig,
  McpServerLimits,
} from './services/mcp/mcp-server-config.ts';
export { protectedPaths, protectedRootProblem } from './services/mcp/protected-roots.ts';
export {
  type AnchorSettings,
  FRAMEWORKS,
  type Framework,
  type RetentionSettings,
  type ServicesConfig,
  type Settings,
  type StorageSettings,
} from './services/services-config.ts';
