import type { Resource } from '@gatehouse/identity';
import { cliError } from '../errors/cli-error.ts';

/** `api`, `hooks` or `mcp/<server>`, as given on the command line. @throws AppError `CLI_ARGUMENT_INVALID` */
export function resourceOf(text: string): Resource {
  if (text === 'api' || text === 'hooks') return text;
  const [, server] = /^mcp\/([^/]+)$/.exec(text) ?? [];
  if (server !== undefined) return `mcp/${server}`;
  throw cliError('CLI_ARGUMENT_INVALID', { message: 'a resource is api, hooks or mcp/<server>' });
}
