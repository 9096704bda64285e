import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { AppError } from '@gatehouse/kernel';
import { scramVerifier } from '../roles/scram-verifier.ts';
import { quoteIdentifier, quoteLiteral } from '../sql-text.ts';
import { type Placement, programCommand } from './placement.ts';

/**
 * Gives the owner of a stopped cluster its password anew, in single-user mode: for a checkout that was moved, whose
 * keys are therefore new, or whose keys were lost. It takes the rights on the data files, which would do as well.
 * @throws {AppError} DATABASE_START_FAILED
 */
export async function resetPassword(
  placement: Placement,
  owner: { name: string; password: string },
): Promise<void> {
  const data = join(placement.folder, 'data');
  const { command, args, options } = programCommand(placement, 'postgres', [
    '--single',
    '-D',
    data,
    'postgres',
  ]);
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
  const code = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(
    `alter role ${quoteIdentifier(owner.name)} password ${quoteLiteral(scramVerifier(owner.password))}\n`,
  );
  if ((await code) === 0) return;
  throw new AppError(
    'DATABASE_START_FAILED',
    'The keys of this cluster are lost, and its password could not be set.',
    {
      owner: 'operator',
      hint: 'Restore the key folder that belongs to this state folder.',
    },
  );
}
