import { writeFile } from 'node:fs/promises';
import { AuditBundles } from '@gatehouse/audit';
import type { JsonValue } from '@gatehouse/kernel';
import { cliError } from '../../errors/cli-error.ts';
import type { Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

/** @throws AppError `CLI_AUDIT_UNKNOWN`, `CLI_ARGUMENT_INVALID` */
export async function proofReport(
  operator: Operator,
  {
    row,
    from,
    output,
  }: { readonly row: string; readonly from: number | undefined; readonly output: string | undefined },
): Promise<Report> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(row))
    throw cliError('CLI_ARGUMENT_INVALID', { message: 'the id of a row is a UUID in lower case' });
  const proof = await operator.get(AuditBundles).proof(row, from);
  if (proof === null)
    throw cliError('CLI_AUDIT_UNKNOWN', { message: 'no such row, or no checkpoint covers it yet' });
  if (output !== undefined) {
    await writeFile(output, `${JSON.stringify(proof)}\n`, { flag: 'wx', mode: 0o600 }).catch(
      (error: unknown) => {
        const { code } = error as { code?: string };
        throw cliError('CLI_ARGUMENT_INVALID', { message: `${output} cannot be written (${code})` });
      },
    );
  }
  const { seal, tree, checkpoint } = proof;
  return {
    artifactType: 'card',
    title: `Proof of ${row}`,
    data: JSON.parse(JSON.stringify(proof)) as JsonValue,
    parts: [
      {
        kind: 'card',
        fields: {
          chain: seal.chain,
          seq: seal.seq,
          root: seal.root,
          place: `${seal.place + 1} of ${seal.n}`,
          entry: `${tree.index + 1} of ${tree.size}`,
          ...(output === undefined ? {} : { file: output }),
        },
      },
      { kind: 'text', text: checkpoint },
    ],
  };
}
