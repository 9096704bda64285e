import type { SealReceipt } from '../audit-entry.ts';

/** A row as whoever had it written knows it: its id and its seal; none where there is no row. */
export interface CommittedRow {
  readonly rowId: string | null;
  readonly seal?: SealReceipt;
}

/**
 * Where a committed row stands, for the caller to keep: `root` is the seal's, in hex. Whoever changes that row later, or
 * any other of its seal, cannot make the same root. `verify.mjs --receipt` holds it against a bundle or a proof.
 */
export interface RowReceipt {
  readonly row: string;
  readonly chain: string;
  readonly seq: number;
  readonly root: string;
}

/** Those of the rows that are committed. */
export function rowReceipts(...rows: readonly CommittedRow[]): RowReceipt[] {
  return rows.flatMap(({ rowId, seal }) =>
    rowId === null || seal === undefined
      ? []
      : [{ row: rowId, chain: seal.chain, seq: Number(seal.seq), root: seal.root.toString('hex') }],
  );
}

/** The receipts as a list of RFC 9651 for a header: `"…";chain="…";seq=4;root=:…:`, the root in base64. */
export function receiptText(...rows: readonly CommittedRow[]): string {
  let text = '';
  for (const { rowId, seal } of rows) {
    if (rowId !== null && seal !== undefined) text += `${text === '' ? '' : ', '}"${rowId}"${sealText(seal)}`;
  }
  return text;
}

/** The rows of one seal are answered one after the other. */
let last: { readonly seal: SealReceipt; readonly text: string } | undefined;

function sealText(seal: SealReceipt): string {
  if (last?.seal !== seal) {
    const root = seal.root.toString('base64');
    last = { seal, text: `;chain="${seal.chain}";seq=${Number(seal.seq)};root=:${root}:` };
  }
  return last.text;
}
