import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aCheckout, type TestCheckout } from './a-checkout.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What the built programs run on beside their configuration. They take for theirs the checkout that they lie in. */
const COPIED = [
  'apps/server/dist',
  'apps/server/package.json',
  'apps/cli/bin',
  'apps/cli/dist',
  'apps/cli/package.json',
  'apps/cli/oclif.manifest.json',
  'libs/audit/signer',
  'libs/database/migrations',
  'libs/secrets/dist',
  'libs/secrets/package.json',
];
const LINKED = ['apps/server/node_modules', 'apps/cli/node_modules'];

export interface BuiltCheckout extends TestCheckout {
  /** For `BuiltServer.start`. */
  readonly serverProgram: string;
  /** For `gatehouse`. */
  readonly gatehouseProgram: string;
}

/** A checkout like that of `aCheckout`, from which the shipped programs run: build both first. */
export async function aBuiltCheckout(): Promise<BuiltCheckout> {
  const checkout = await aCheckout();
  const { root } = checkout;
  for (const path of COPIED) await cp(join(ROOT, path), join(root, path), { recursive: true });
  for (const path of LINKED) await symlink(join(ROOT, path), join(root, path));
  return {
    ...checkout,
    serverProgram: join(root, 'apps/server/dist/main.js'),
    gatehouseProgram: join(root, 'apps/cli/bin/gatehouse'),
  };
}
