import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A new folder for its user alone, to be removed by the caller. */
export function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gatehouse-audit-'));
}
