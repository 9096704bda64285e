import { Secret } from '@gatehouse/kernel';
import { cliError } from '../errors/cli-error.ts';

const ENTER = new Set(['\r', '\n', '\u0004']);
const CANCEL = '\u0003';
const ERASE = new Set(['\b', '\u007f']);

/** Asks at the terminal, on standard error, without showing what is typed. @throws AppError `CLI_CANCELLED` on Ctrl-C */
export function askSecret(question: string): Promise<Secret<string>> {
  const { stdin, stderr } = process;
  // First: who sees the question may type, and a terminal that still echoes would show it.
  stdin.setRawMode(true);
  stderr.write(`${question}: `);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const done = () => {
      stdin.off('data', read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const read = (text: string) => {
      for (const character of text) {
        if (character === CANCEL) {
          done();
          reject(cliError('CLI_CANCELLED'));
          return;
        }
        if (ENTER.has(character)) {
          done();
          resolve(new Secret(typed.join('')));
          return;
        }
        if (ERASE.has(character)) typed = typed.slice(0, -1);
        else if (character >= ' ') typed.push(character);
      }
    };
    stdin.on('data', read);
  });
}
