import { realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { LaunchPlan } from '../servers/launch-plan.ts';

const INTERPRETERS =
  /^(?:node|bun|deno|tsx|ts-node|python|pypy|ruby|perl|php|lua|bash|dash|zsh|ksh|sh)(?:[\d.]*)$/;

/**
 * The script that an interpreter is started with, links followed: what runs is that file, and not the interpreter.
 * Undefined for other programs, and where no argument is a file.
 */
export function interpretedScript({ executable, args, cwd }: LaunchPlan): string | undefined {
  if (!INTERPRETERS.test(basename(executable))) return undefined;
  for (const argument of args) {
    if (argument.startsWith('-')) continue;
    const path = resolve(cwd, argument);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return realpathSync(path);
  }
  return undefined;
}
