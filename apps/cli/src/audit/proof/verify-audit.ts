import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  AuditBundles,
  readAnchors,
  readBundle,
  readKeys,
  readReceipts,
  type VerifyReport,
  verifyRecords,
} from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import type { Operator } from '../../session/operator.ts';

export interface TrustedFiles {
  readonly key: string | undefined;
  readonly checkpoint: string | undefined;
  readonly receipt: string | undefined;
  /** Logs of which it is known that they were begun in place of others. */
  readonly accept: readonly string[];
}

export async function verifyDatabase(operator: Operator, files: TrustedFiles): Promise<VerifyReport> {
  return operator.get(AuditBundles).verify(await trusted(files));
}

/** @throws AppError `CLI_ARGUMENT_INVALID` when a file cannot be read or is none of its kind */
export async function verifyBundle(bundle: string, files: TrustedFiles): Promise<VerifyReport> {
  const options = await trusted(files);
  await new Promise<void>((resolve, reject) => {
    const probe = createReadStream(bundle, { end: 0 });
    probe.on('error', (error) => reject(unreadable(bundle, error)));
    probe.on('close', resolve);
    probe.resume();
  });
  return verifyRecords(readBundle(bundle), options);
}

async function trusted({ key, checkpoint, receipt, accept }: TrustedFiles) {
  const keys = key === undefined ? [] : readKeys(await textOf(key));
  if (key !== undefined && keys.length === 0)
    throw cliError('CLI_ARGUMENT_INVALID', {
      message: `${key} holds no public key; see \`gatehouse infra logs audit keys\``,
    });
  const anchors = checkpoint === undefined ? [] : readAnchors(await textOf(checkpoint));
  if (checkpoint !== undefined && anchors.length === 0)
    throw cliError('CLI_ARGUMENT_INVALID', { message: `${checkpoint} holds no checkpoint` });
  const receipts = receipt === undefined ? [] : readReceipts(await textOf(receipt));
  if (receipt !== undefined && receipts.length === 0)
    throw cliError('CLI_ARGUMENT_INVALID', { message: `${receipt} holds no receipt` });
  return { keys, anchors, receipts, accept };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Error {
  const code = (error as { code?: string }).code ?? 'unknown error';
  return cliError('CLI_ARGUMENT_INVALID', { message: `${file} cannot be read (${code})` });
}
