import { linesOf } from '../line.ts';
import { reachOf } from '../paths/judge.ts';
import type { CommandRule } from '../rule.ts';
import { DECODED, hasUnknown, NETWORK } from '../shell/unknown.ts';

const LINES = {
  ...linesOf('file_system_destruction', {
    'unknown-program-on-root':
      'A program that only running would tell gets the flags and the target of a deletion.',
  }),
  ...linesOf('remote_code_execution', {
    'network-as-program':
      'It starts a program whose name or text comes from the network or is decoded first.',
  }),
};

/** `$X -rf /`: the program is unknown, and its arguments say enough. */
export const judgeUnknownProgram: CommandRule = ({ program, args, folder }, scene) => {
  if (!hasUnknown(program)) return;
  if (program.includes(NETWORK) || program.includes(DECODED)) scene.deny(LINES['network-as-program']);
  const forced = args.some((arg) => /^-[a-zA-Z]*[rRf]/.test(arg) || arg === '--recursive');
  if (
    forced &&
    args.some((arg) => !arg.startsWith('-') && reachOf(arg, folder, scene.cwd, scene.home) === 'root')
  ) {
    scene.deny(LINES['unknown-program-on-root']);
  }
};
