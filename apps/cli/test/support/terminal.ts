import { spawn } from 'node:child_process';
import { type CommandLine, GATEHOUSE, type Outcome } from './command-line.ts';

/**
 * Runs `gatehouse …`, or what `command` starts it with, at a terminal of its own (`script` of bsdutils makes one) and types each answer once its question
 * stands there. What the terminal showed comes back as `stdout`.
 */
export async function atTerminal(
  { environment }: CommandLine,
  args: readonly string[],
  answers: readonly { readonly question: string; readonly keys: string }[],
  command: readonly string[] = [GATEHOUSE],
): Promise<Outcome> {
  const words = [...command, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const child = spawn('script', ['-qec', words.join(' '), '/dev/null'], { env: { ...environment } });
  const waiting = [...answers];
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const asked = shown.slice(shown.lastIndexOf('\n') + 1);
    const [next] = waiting;
    if (next === undefined || !asked.includes(next.question)) return;
    waiting.shift();
    child.stdin.write(next.keys);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.destroy();
  return { code, stdout: shown, stderr: '' };
}
