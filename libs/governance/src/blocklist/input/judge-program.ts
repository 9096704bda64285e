import { judgeCode } from '../code/judge-code.ts';
import type { Scene } from '../scene.ts';
import { judgeArgv, judgeShell } from '../shell/judge-shell.ts';

/** A program in a language that nobody told us: judged by what it holds, and as shell as far as it is shell. */
export function judgeProgram(text: string, scene: Scene): void {
  const starters = {
    shell: (inner: string) => judgeShell(inner, scene),
    argv: (inner: readonly string[]) => judgeArgv(inner, scene),
  };
  judgeCode(text, scene, starters, scene.folder, false);
  scene.lenient = true;
  judgeShell(text, scene);
  scene.lenient = false;
}
