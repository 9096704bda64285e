import { cliError } from '../errors/cli-error.ts';
import { askSecret } from '../session/ask-secret.ts';

/** Beyond what the store takes, so that it can say so. */
const MAX_BYTES = 64 * 1024;

/**
 * A secret's value: typed twice at a terminal, else what comes on standard input, without one line break at its end.
 * Never an argument, which every process of the machine could read. The caller wipes it.
 */
export async function secretValue(interactive: boolean): Promise<Buffer> {
  if (!interactive) return fromStandardInput();
  const typed = await askSecret('Value');
  const again = await askSecret('Once more');
  if (typed.reveal() === again.reveal()) return Buffer.from(typed.reveal());
  throw cliError('CLI_ARGUMENT_INVALID', { message: 'the two values differ; nothing was changed' });
}

async function fromStandardInput(): Promise<Buffer> {
  if (process.stdin.isTTY === true) throw cliError('CLI_TERMINAL_REQUIRED');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) break;
  }
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  if (whole.at(-1) !== 0x0a) return whole;
  return whole.subarray(0, whole.at(-2) === 0x0d ? -2 : -1);
}
