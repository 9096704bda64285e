/** Where a hook's JSON goes: to be decided and completed, or to be recorded. */
export type HookRoute = 'govern' | 'track';

/**
 * The events of Claude Code that hooks are installed on, and where each goes. `WorktreeCreate` is left out: a hook on it
 * replaces the client's own making of the worktree.
 */
export const HOOK_ROUTES = {
  PreToolUse: 'govern',
  PostToolUse: 'govern',
  PostToolUseFailure: 'govern',
  PostToolBatch: 'track',
  Notification: 'track',
  UserPromptSubmit: 'track',
  UserPromptExpansion: 'track',
  SessionStart: 'track',
  SessionEnd: 'track',
  Stop: 'track',
  StopFailure: 'track',
  SubagentStart: 'track',
  SubagentStop: 'track',
  PreCompact: 'track',
  PostCompact: 'track',
  PreModelSwitch: 'track',
  PostModelSwitch: 'track',
  PermissionRequest: 'track',
  PermissionDenied: 'track',
  Setup: 'track',
  TeammateIdle: 'track',
  TaskCreated: 'track',
  TaskCompleted: 'track',
  Elicitation: 'track',
  ElicitationResult: 'track',
  ConfigChange: 'track',
  WorktreeRemove: 'track',
  InstructionsLoaded: 'track',
  CwdChanged: 'track',
  FileChanged: 'track',
  DirectoryAdded: 'track',
  MessageDisplay: 'track',
} as const satisfies Readonly<Record<string, HookRoute>>;

export type InstalledEvent = keyof typeof HOOK_ROUTES;

export const INSTALLED_EVENTS = Object.keys(HOOK_ROUTES) as readonly InstalledEvent[];

/** Claude Code runs hooks on these as commands only; one that is an address is never called. */
export const COMMAND_ONLY: ReadonlySet<string> = new Set(['SessionStart', 'Setup']);
