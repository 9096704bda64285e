import { Errors, flush, run } from '@oclif/core';
import { exitCodeOf } from '../errors/exit-code.ts';
import { renderFailure } from '../errors/render-failure.ts';

/** Runs one command line. `url` is that of a file in the CLI's own folder. Ends the process. */
export async function main(argv: readonly string[], url: string): Promise<void> {
  // Whoever reads our output may stop early, as `head` does.
  process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1));
  try {
    await run([...argv], url);
  } catch (error) {
    if (error instanceof Errors.ExitError) {
      process.exitCode = error.oclif.exit ?? 0;
    } else {
      const view = { json: argv.includes('--json'), verbose: argv.includes('--verbose'), command: '' };
      process.stderr.write(renderFailure(error, view));
      process.exitCode = exitCodeOf(error);
    }
  }
  await flush();
  process.exit();
}
