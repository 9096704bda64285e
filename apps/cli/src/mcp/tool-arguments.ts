import { text } from 'node:stream/consumers';
import { isJsonObject, type JsonObject, parseStrictJson } from '@gatehouse/kernel';
import { cliError } from '../errors/cli-error.ts';

/** The arguments of a call: a JSON object, or `-` for one on standard input. @throws AppError `CLI_ARGUMENT_INVALID` */
export async function toolArguments(given: string, flag = '--args'): Promise<JsonObject> {
  const source = given === '-' ? await text(process.stdin) : given;
  const parsed = parseStrictJson(Buffer.from(source, 'utf8'));
  if (parsed.ok && isJsonObject(parsed.value)) return parsed.value;
  throw cliError('CLI_ARGUMENT_INVALID', {
    message: `${flag} takes a JSON object with keys that are not repeated, such as '{"path": "."}'`,
  });
}
