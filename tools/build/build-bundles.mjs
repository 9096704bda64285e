import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';
import { BUNDLES } from './bundles.mjs';
import { fingerprint, readStamp } from './freshness.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds every bundle that is older than its sources, and says so on standard error.
 *
 * @param {{ root?: string, force?: boolean, only?: readonly string[] }} [options] `only`: names of bundles
 */
export async function buildBundles({ root = ROOT, force = false, only } = {}) {
  await alone(join(root, 'node_modules/.gatehouse-build.lock'), async () => {
    for (const { name, folder, inputs, build, neededBy = [] } of BUNDLES) {
      const isWanted = only === undefined || [name, ...neededBy].some((each) => only.includes(each));
      if (!isWanted) continue;
      if (!existsSync(join(root, folder, 'src'))) continue;
      const stampFile = join(root, folder, 'dist/.built-from');
      const wanted = fingerprint(root, inputs);
      if (!force && readStamp(stampFile) === wanted) continue;
      const startedAt = performance.now();
      rmSync(stampFile, { force: true });
      await build(root);
      mkdirSync(dirname(stampFile), { recursive: true });
      writeFileSync(stampFile, wanted);
      console.error(`Built ${folder} in ${Math.round(performance.now() - startedAt)} ms.`);
    }
  });
}
