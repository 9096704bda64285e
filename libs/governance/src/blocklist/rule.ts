import type { Scene } from './scene.ts';
import type { ShellCommand } from './shell/command.ts';

/** Judges one program; it denies by `scene.deny`. */
export type CommandRule = (command: ShellCommand, scene: Scene) => void;

/** The rules of one family, by the program they look at. */
export interface RuleFamily {
  readonly programs: string;
  readonly rule: CommandRule;
}
