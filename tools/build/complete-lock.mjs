/** @typedef {Readonly<Record<string, { readonly version?: string, readonly optionalDependencies?: Readonly<Record<string, string>> }>>} LockedPackages */

/**
 * Adds what npm leaves out of a lock file and then misses: optional dependencies that the registry does not have, such
 * as builds for other platforms that were never published. `npm ci` refuses a lock file without them. Each is entered
 * for the operating system `none`, so that nothing without a hash is ever installed.
 *
 * @param {LockedPackages} packages the `packages` of a `package-lock.json` of version 3
 * @returns {LockedPackages} in the order in which npm writes them
 */
export function completeLock(packages) {
  const complete = { ...packages };
  for (const { path, version } of missingOptionals(packages)) {
    complete[path] = { version, optional: true, os: ['none'] };
  }
  return Object.fromEntries(Object.entries(complete).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/**
 * Where each is missing: in the package's own node_modules, where it cannot be taken for another package's version.
 *
 * @param {LockedPackages} packages
 */
export function missingOptionals(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, range]) => !isFound(packages, { path, name, range }))
      .map(([name, range]) => ({ path: within(path, name), version: lowestOf(range) })),
  );
}

/** Looks where Node looks: in the package's own node_modules, then in those above. The nearest one counts. */
function isFound(packages, { path, name, range }) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const found = packages[within(at, name)];
    if (found !== undefined) return !EXACT.test(range) || found.version === range;
    if (at === '') return false;
  }
}

function within(path, name) {
  return `${path === '' ? '' : `${path}/`}node_modules/${name}`;
}

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

function lowestOf(range) {
  return /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?/.exec(range)?.[0] ?? '0.0.0';
}
