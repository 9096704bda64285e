import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { childEnvironment } from '@gatehouse/config';
import type { KeyPlaces } from '../keys/key-files.ts';
import { PROGRAM_FLAGS, programFile } from '../program.ts';
import { isSecretsErrorCode, secretsError } from '../secrets-error.ts';
import type { KeeperAnswers, KeeperReply, KeeperTask } from './keeper-request.ts';

/** Longer than any task takes on a slow disk. */
const LONGEST_MS = 30_000;

/**
 * Has a keeper carry out one task, in a process that ends with it: this one never reads a private key.
 * @throws AppError `SECRETS_…`
 */
export async function askKeeper<T extends KeeperTask>(
  places: KeyPlaces,
  task: T,
): Promise<KeeperAnswers[T['task']]> {
  const child = spawn(process.execPath, [...PROGRAM_FLAGS, programFile('keeper')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: childEnvironment(),
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ places, ...task }));
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  const said = await Promise.race([text(child.stdout), failed]).catch(() => '');
  const reply = parse(said);
  if (reply === undefined)
    throw secretsError('SECRETS_KEEPER_FAILED', 'the keeper of the secret store did not answer');
  if ('answer' in reply) return reply.answer as KeeperAnswers[T['task']];
  const { code, message, hint } = reply.problem;
  throw secretsError(isSecretsErrorCode(code) ? code : 'SECRETS_KEEPER_FAILED', message, hint);
}

function parse(said: string): KeeperReply | undefined {
  try {
    const reply = JSON.parse(said) as KeeperReply;
    return 'answer' in reply || 'problem' in reply ? reply : undefined;
  } catch {
    return undefined;
  }
}
