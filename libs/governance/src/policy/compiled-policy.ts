import type { Configuration, GovernancePolicyDocument, RateLimitsPolicy } from '@gatehouse/config';
import { ToolAccess } from '../access/tool-access.ts';
import { type Blocklist, compileBlocklist } from '../blocklist/index.ts';
import { SecretJudge } from '../secrets/secret-judgement.ts';
import { protectedPathsOf } from './protected-paths-of.ts';

/** The policy documents in the form that decisions use: whatever can be worked out before a call is. */
export interface CompiledPolicy {
  /** `sha256:…` over the bytes that were applied. */
  readonly version: string;
  readonly access: ToolAccess;
  readonly blocklist: Blocklist;
  readonly rateLimits: RateLimitsPolicy;
  readonly secrets: SecretJudge;
}

export function compilePolicy(
  document: GovernancePolicyDocument,
  configuration: Configuration,
): CompiledPolicy {
  return {
    version: document.version,
    access: new ToolAccess(document, configuration.services.mcpServers),
    blocklist: compileBlocklist(document.blocklist, protectedPathsOf(configuration)),
    rateLimits: document.rateLimits,
    secrets: new SecretJudge(document.secrets),
  };
}
