/**
 * The keeper: a process that makes, uses or moves a key of the secret store, and ends. Its one request comes on
 * standard input, its one answer goes to standard output; neither holds a key or a value. Run by the bare runtime.
 */
import { AppError } from '@gatehouse/kernel';
import { removeLeftovers } from '../keys/remove-leftovers.ts';
import { ensureKeys } from './ensure-keys.ts';
import type { KeeperReply, KeeperRequest } from './keeper-request.ts';
import { activateNextKey, rewrapVersions } from './rewrap-versions.ts';
import { rememberVersions, signVersions } from './sign-versions.ts';

function carryOut(request: KeeperRequest): object {
  const { places } = request;
  removeLeftovers(places);
  switch (request.task) {
    case 'ensure-keys':
      return ensureKeys(places);
    case 'sign':
      // Nothing new is signed while what was sealed cannot be opened.
      ensureKeys(places);
      return signVersions(places, request.versions);
    case 'remember':
      rememberVersions(places, request.versions, request.unset);
      return {};
    case 'rewrap':
      return rewrapVersions(places, request.versions);
    case 'activate':
      return activateNextKey(places);
  }
}

async function main(): Promise<KeeperReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  try {
    const request = JSON.parse(Buffer.concat(chunks).toString('utf8')) as KeeperRequest;
    return { answer: carryOut(request) as never };
  } catch (error) {
    if (!(error instanceof AppError)) {
      // An unexpected message could quote what it worked on; a system error's code cannot.
      const code = (error as { code?: unknown }).code;
      const message = `the keeper failed (${typeof code === 'string' ? code : 'unexpected'})`;
      return { problem: { code: 'SECRETS_KEEPER_FAILED', message } };
    }
    const { code, message, hint } = error;
    return { problem: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

void main().then((reply) => process.stdout.write(JSON.stringify(reply)));
