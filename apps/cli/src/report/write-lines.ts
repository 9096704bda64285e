import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes lines as they come, no faster than they are read. Ends quietly when the reader goes away, as `| head` does.
 * Returns how many were written.
 */
export async function writeLines(lines: AsyncIterable<string>, output: Writable): Promise<number> {
  let gone = false;
  let written = 0;
  const leave = (): void => {
    gone = true;
  };
  output.on('error', leave).on('close', leave);
  try {
    for await (const line of lines) {
      if (gone) break;
      written += 1;
      if (!output.write(`${line}\n`))
        await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(leave);
    }
  } finally {
    output.off('close', leave);
  }
  return written;
}
