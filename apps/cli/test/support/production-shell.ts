import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, CommandLine } from './command-line.ts';

export const PASSPHRASE = 'correct horse battery staple';

/** A shell on an installation in production, and the file of its operator's passphrase, which is not set yet. */
export async function productionShell(): Promise<{ readonly shell: CommandLine; readonly file: string }> {
  await build('cli');
  const shell = new CommandLine({ GATEHOUSE_PROFILE: 'strict' });
  shell.profile('strict', 'mode: production\n');
  const file = join(shell.folder, 'passphrase');
  writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
  return { shell, file };
}
