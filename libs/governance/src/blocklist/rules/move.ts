import { resolvePath } from '../paths/normalise.ts';
import type { RuleFamily } from '../rule.ts';

/** Programs that give a file another name: under it, what the session wrote would no longer be known. */
export const moveRules: readonly RuleFamily[] = [
  {
    programs: 'mv cp ln install rsync scp tar zip',
    rule({ args, folder, remote }, scene) {
      if (remote || scene.files.size === 0) return;
      for (const arg of args) {
        if (arg.startsWith('-')) continue;
        const path = resolvePath(folder, arg, scene.home);
        if (scene.files.has(path)) scene.moved.add(path);
      }
    },
  },
];
