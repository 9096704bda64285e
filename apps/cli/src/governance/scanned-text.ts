import { createReadStream } from 'node:fs';
import { cliError } from '../errors/cli-error.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** A file's text, or that of standard input. @throws AppError `CLI_ARGUMENT_INVALID` when it cannot be read or is too large */
export async function scannedText(file: string | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === undefined ? process.stdin : createReadStream(file)) {
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_BYTES) break;
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    throw cliError('CLI_ARGUMENT_INVALID', { message: 'the file cannot be read', cause });
  }
  if (bytes > MOST_BYTES)
    throw cliError('CLI_ARGUMENT_INVALID', { message: 'more than 16 MiB is not read at once' });
  return Buffer.concat(chunks).toString('utf8');
}
