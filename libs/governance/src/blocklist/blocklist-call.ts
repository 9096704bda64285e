import type { BlocklistCategory } from '@gatehouse/config';
import type { JsonValue, Role } from '@gatehouse/kernel';

/** What the check knows of a call. `cwd` is the client's working folder where the door tells it, absolute. */
export interface BlocklistCall {
  readonly action: string;
  readonly tool: string;
  readonly server: string | null;
  readonly input: JsonValue;
  readonly cwd: string | null;
  readonly role: Role;
  readonly isAgent: boolean;
  /** What the caller's root session wrote before; without it, calls are judged one by one. */
  readonly scripts?: ScriptMemory;
}

/** Files that a session wrote and that would be denied if they ran (threat T21), by absolute path. */
export interface ScriptMemory {
  readonly files: ReadonlyMap<string, string>;
  keep(path: string, text: string): void;
}

/** The paths of this installation that no tool call may touch (threat T1), absolute. */
export interface ProtectedPaths {
  readonly stateDir: string;
  readonly servicesDir: string;
  readonly keyDir: string;
  /** Settings files or folders of hook clients, such as `~/.claude` and `/etc/claude-code`. */
  readonly clientSettings: readonly string[];
  readonly home: string;
}

export interface BlocklistFinding {
  readonly category: BlocklistCategory;
  /** Where in the input, as `$.command` or `$.edits[0].path`; `$` when the tool's name decided. */
  readonly path: string;
  /** The rule that decided, such as `rm-recursive-root`. */
  readonly line: string;
  /** One sentence of ours. It holds no byte that the client sent. */
  readonly summary: string;
}
