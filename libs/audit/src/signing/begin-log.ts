import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@gatehouse/kernel';
import type pg from 'pg';
import { openSignedLog } from './signed-log.ts';
import { type SignerChild, SignerRefusal } from './signer-child.ts';
import { currentOrigin, sealOnAnotherRoot, trySigningLock } from './signing.queries.ts';

/** A server that is refused looks again every two seconds, and holds the lock for as long as that takes. */
const LOCK_ATTEMPTS = 50;
const LOCK_PAUSE_MS = 200;

/** What the row of a new log says. */
export interface NewLog {
  readonly origin: string;
  /** The log that cannot go on. */
  readonly after: string;
  /** The operator's words. */
  readonly reason: string;
  /** Why the signer refuses to go on. */
  readonly problem: string;
}

export interface BeginLogOptions {
  readonly reason: string;
  /** Records `audit.begun` with this detail; resolves to the row's id. */
  readonly record: (detail: NewLog) => Promise<string>;
  readonly warn: (message: string) => void;
}

/**
 * Begins a log in place of one that the signer refuses to go on with, on record. Its tree covers every seal that the
 * database has, from the first on, and its checkpoints name the log before and how far that was signed.
 * @throws AppError `AUDIT_SIGNING_BUSY` while another process signs, `AUDIT_LOG_GOES_ON` when nothing is refused,
 *   `AUDIT_CHAIN_BROKEN` when the seals themselves do not stand on each other
 */
export async function beginLog(
  client: pg.Client,
  child: SignerChild,
  { reason, record, warn }: BeginLogOptions,
): Promise<NewLog> {
  if (!(await isLocked(client)))
    throw new AppError('AUDIT_SIGNING_BUSY', 'another process signs this log: it goes on', {
      owner: 'operator',
    });
  const problem = await refusalOf(client, child, warn);
  if (problem === null)
    throw new AppError('AUDIT_LOG_GOES_ON', 'the signer goes on with this log: there is nothing to begin', {
      owner: 'operator',
    });
  const broken = await sealOnAnotherRoot(client);
  if (broken !== null)
    throw new AppError(
      'AUDIT_CHAIN_BROKEN',
      `seal ${broken.seq} of chain ${broken.chain} does not stand on the one before: no log can be begun over it`,
      { owner: 'operator', hint: 'see `gatehouse infra logs audit verify`' },
    );
  const log = {
    origin: `gatehouse/audit/${randomUUID()}`,
    after: await currentOrigin(client),
    reason,
    problem,
  };
  await client.query('select audit_begin_log($1)', [await record(log)]);
  return log;
}

async function isLocked(client: pg.Client): Promise<boolean> {
  for (let i = 0; i < LOCK_ATTEMPTS; i += 1) {
    if (await trySigningLock(client)) return true;
    await delay(LOCK_PAUSE_MS);
  }
  return false;
}

/** Why the signer does not go on; null when it does, and then everything is signed. */
async function refusalOf(
  client: pg.Client,
  child: SignerChild,
  warn: (message: string) => void,
): Promise<string | null> {
  try {
    const log = await openSignedLog(client, child, warn);
    while ((await log.signNext(false))?.more === true);
    return null;
  } catch (error) {
    if (error instanceof SignerRefusal) return error.message;
    throw error;
  }
}
