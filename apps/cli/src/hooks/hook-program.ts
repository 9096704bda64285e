import { join } from 'node:path';
import type { Installation } from '@gatehouse/config';

/** The command form as shipped; installing copies it. */
export function hookProgram({ root }: Installation): string {
  return join(root, 'apps', 'cli', 'bin', 'gatehouse-hook.mjs');
}
