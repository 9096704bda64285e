import type { RequestContext } from '@gatehouse/kernel';
import type { HookForm } from './settings/wanted-hooks.ts';

/** What to install, and where. Paths are absolute. */
export interface HookInstallation {
  readonly home: string;
  readonly publicUrl: string;
  readonly form: HookForm;
  /** Answer allow, which also skips the client's own prompt, instead of no opinion. */
  readonly autoApprove: boolean;
  readonly userId: string;
  readonly agentId: string | null;
  readonly actor: RequestContext;
  /** The Node to run the command form with, and the command form itself. */
  readonly node: string;
  readonly program: string;
  /** Of the managed settings; `/` but for tests. */
  readonly managedRoot: string;
  readonly dryRun: boolean;
}

export interface InstalledResult {
  /** False: everything was as wanted already. */
  readonly changed: boolean;
  readonly dryRun: boolean;
  readonly settingsFile: string;
  readonly form: HookForm;
  /** Managed settings are in force: only the credential is the user's. */
  readonly managed: boolean;
  readonly events: readonly string[];
  readonly credentialId: string | null;
  readonly expiresAt: string | null;
  /** The settings as they would be, with the credential masked; in a dry run alone. */
  readonly settings: Readonly<Record<string, unknown>> | null;
}
