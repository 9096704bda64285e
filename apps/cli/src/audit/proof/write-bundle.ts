import { createWriteStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AuditBundles, AuditLog } from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import { cardReport, type Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

export interface BundleRequest {
  readonly output: string;
  readonly content: boolean;
  readonly reason?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly verifier: boolean;
}

/** Writes a bundle and records that it was made. @throws AppError `CLI_NOT_ALLOWED`, `CLI_ARGUMENT_INVALID` */
export async function writeBundle(operator: Operator, request: BundleRequest): Promise<Report> {
  const { output, content, reason = null, from, to, verifier } = request;
  if (content) operator.require('audit:reveal');
  await operator.get(AuditLog).record({
    event: content ? 'content.revealed' : 'admin.audit_bundled',
    context: operator.context,
    action: 'infra logs audit bundle',
    decision: 'allow',
    policy: 'not_applicable',
    reason: content ? 'An operator takes out a bundle with its content.' : 'An operator takes out a bundle.',
    detail: { reason, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null },
  });
  const counts = { rows: 0, seals: 0, checkpoints: 0 };
  async function* lines() {
    const period = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    for await (const record of operator.get(AuditBundles).records({ content, ...period })) {
      if (record.record === 'row') counts.rows += 1;
      if (record.record === 'seal') counts.seals += 1;
      if (record.record === 'checkpoint') counts.checkpoints += 1;
      yield `${JSON.stringify(record)}\n`;
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(output, { flags: 'wx', mode: 0o600 }));
    if (verifier) await copyFile(verifierOf(operator), join(dirname(output), 'verify.mjs'));
  } catch (error) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    if (syscall === undefined) throw error;
    throw cliError('CLI_ARGUMENT_INVALID', { message: `${output} cannot be written (${code})` });
  }
  return cardReport('Audit bundle', {
    file: output,
    ...counts,
    content,
    verify: `gatehouse infra logs audit verify --bundle ${output} --key KEYS --checkpoint ANCHORS`,
  });
}

function verifierOf(operator: Operator): string {
  return join(operator.platform.configuration.installation.root, 'libs/audit/verifier/verify.mjs');
}
