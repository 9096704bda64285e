import type { Decision } from '@gatehouse/governance';

export const RECEIPT_HEADER = 'gatehouse-receipt';

/**
 * Where the row of a decision stands, as a dictionary of RFC 9651: `id="…", chain="…", seq=4, root=:…:`. Whoever keeps
 * it can hold it against a bundle or `infra logs audit proof` later. Empty where there is no row.
 */
export function receiptText({ rowId, seal }: Pick<Decision, 'rowId' | 'seal'>): string {
  if (rowId === null || seal === undefined) return '';
  return `id="${rowId}", chain="${seal.chain}", seq=${seal.seq}, root=:${seal.root.toString('base64')}:`;
}
