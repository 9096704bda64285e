import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const NOT_NEEDED = ['services/content', 'services/skills'].map((path) => join(ROOT, path));

export interface TestCheckout {
  readonly root: string;
  /** Of `services/governance`, by its name there. */
  readPolicy(name: string): Promise<string>;
  writePolicy(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** A checkout with the shipped configuration, which a test may change. */
export async function aCheckout(): Promise<TestCheckout> {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-checkout-'));
  await cp(join(ROOT, 'services'), join(root, 'services'), {
    recursive: true,
    filter: (source) => !NOT_NEEDED.includes(source),
  });
  await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const policy = (name: string) => join(root, 'services/governance', name);
  return {
    root,
    readPolicy: (name) => readFile(policy(name), 'utf8'),
    writePolicy: (name, text) => writeFile(policy(name), text),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
