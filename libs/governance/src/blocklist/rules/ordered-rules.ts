import type { CommandRule, RuleFamily } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { ShellCommand } from '../shell/command.ts';
import { judgeCli } from './cli.ts';
import { cloudRules } from './cloud.ts';
import { databaseRules } from './database.ts';
import { diskRules, judgeDiskRedirect } from './disk.ts';
import { downloadRules, judgeReverseShell } from './download.ts';
import { gitRules } from './git.ts';
import { judgeGovernance, judgeProtectedTrees } from './governance.ts';
import { hostRules, judgeHostRedirect } from './host.ts';
import { httpRules } from './http.ts';
import { moveRules } from './move.ts';
import { judgeAccountFiles, permissionRules } from './permissions.ts';
import { judgePersistence, persistenceRules } from './persistence.ts';
import { judgeOverwrite, removeRules } from './remove.ts';
import { judgeUnknownProgram } from './unknown-program.ts';

/** The rules in the order in which they are asked: first those that look at every program, then by program. */
const EVERY: readonly CommandRule[] = [
  judgeGovernance,
  judgeUnknownProgram,
  judgeDiskRedirect,
  judgeHostRedirect,
  judgeReverseShell,
  judgePersistence,
  judgeOverwrite,
  judgeAccountFiles,
];
const FAMILIES: readonly RuleFamily[] = [
  ...removeRules,
  ...diskRules,
  ...gitRules,
  ...databaseRules,
  ...cloudRules,
  ...httpRules,
  ...hostRules,
  ...permissionRules,
  ...persistenceRules,
  ...downloadRules,
  ...moveRules,
];

const BY_PROGRAM = new Map<string, CommandRule[]>();
for (const { programs, rule } of FAMILIES) {
  for (const program of programs.split(' '))
    BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), rule]);
}

/** Judges one program as it would start. */
export function judgeCommand(command: ShellCommand, scene: Scene): void {
  for (const rule of EVERY) {
    rule(command, scene);
    if (scene.decided) return;
  }
  if (command.name === '') return;
  for (const rule of BY_PROGRAM.get(familyName(command.name)) ?? []) {
    rule(command, scene);
    if (scene.decided) return;
  }
  judgeCli(command, scene);
  judgeProtectedTrees(command, scene);
}

export const RULED_PROGRAMS: readonly string[] = [...BY_PROGRAM.keys()];

/** Programs that a rule looks at by name; the fast path skips a text that holds none of them. */
export function isRuledProgram(name: string): boolean {
  return BY_PROGRAM.has(familyName(name));
}

function familyName(name: string): string {
  return name.startsWith('mkfs') ? 'mkfs' : name;
}
