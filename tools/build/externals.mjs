import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Leaves packages of the registry out of a bundle where the bundle's folder finds the very same copy, and bundles the
 * rest: our own libraries, the compiler's runtime, and a package of which the library has another version nested in
 * its own node_modules.
 *
 * @param {string} outputFolder where the bundle will lie
 * @returns {import('rolldown').Plugin}
 */
export function externals(outputFolder) {
  return {
    name: 'externals',
    resolveId(id, importer) {
      if (importer === undefined || /^[./\0]/.test(id)) return null;
      if (id.startsWith('node:')) return { id, external: true };
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? id;
      if (name.startsWith('@gatehouse/') || name.startsWith('@oxc-project/')) return null;
      const seenByLibrary = packageFolder(name, dirname(importer));
      const seenByBundle = packageFolder(name, outputFolder);
      return seenByLibrary === seenByBundle ? { id, external: true } : null;
    },
  };
}

/** The folder that an import of the package from `from` leads to; null for built-in modules and missing packages. */
function packageFolder(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}
