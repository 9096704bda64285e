import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const GATEHOUSE = join(ROOT, 'apps/cli/bin/gatehouse');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: string | string[];
}

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
/** What `npm ci` brings: all but our own folders, and entries for no operating system. */
const installed = Object.entries(lock.packages).filter(
  ([path, entry]) =>
    path.includes('node_modules/') &&
    entry.link !== true &&
    !(entry.optional === true && [entry.os].flat().join() === 'none'),
);

describe('what is installed', () => {
  it('runs no script of any package, whoever installs', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    // With scripts ignored, npm runs none before or after those that it is asked for.
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)|install|prepare/.test(name))).toEqual([]);
  });

  it('is named by exact versions, in every manifest', () => {
    const manifests = Object.entries(lock.packages).filter(([path]) => !path.includes('node_modules/'));
    expect(manifests.length).toBeGreaterThan(10);
    for (const [path] of manifests) {
      const manifest = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as Manifest;
      const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
      const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
      const loose = Object.entries(named).filter(
        ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version),
      );
      expect([path, loose]).toEqual([path, []]);
    }
  });

  it.each(['^1.2.3', '~1.2.3', '1.x', '*', 'latest', '>=1.0.0', 'git+https://example.test/x.git'])(
    'is refused by a check where a manifest asks for %s',
    async (version) => {
      const { checkDependencies } = await import(`${ROOT}tools/checks/check-dependencies.ts`);
      const manifest = { path: 'package.json', dependencies: { x: version } };
      expect(checkDependencies([manifest], {})).not.toEqual([]);
    },
  );

  it('comes from the registry alone, by its hash', () => {
    expect(installed.length).toBeGreaterThan(300);
    const foreign = installed.filter(
      ([, { resolved, integrity, inBundle }]) =>
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) ||
        (inBundle !== true && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')),
    );
    expect(foreign.map(([path]) => path)).toEqual([]);
  });

  it.each([
    [
      'a repository',
      {
        'node_modules/x': {
          resolved: 'git+ssh://git@example.test/x.git',
          integrity: `sha512-${'A'.repeat(86)}==`,
        },
      },
    ],
    [
      'a page',
      {
        'node_modules/x': { resolved: 'https://example.test/x.tgz', integrity: `sha512-${'A'.repeat(86)}==` },
      },
    ],
    [
      'plain HTTP',
      {
        'node_modules/x': {
          resolved: 'http://registry.npmjs.org/x.tgz',
          integrity: `sha512-${'A'.repeat(86)}==`,
        },
      },
    ],
    ['no hash', { 'node_modules/x': { resolved: 'https://registry.npmjs.org/x.tgz' } }],
    [
      'a weak hash',
      { 'node_modules/x': { resolved: 'https://registry.npmjs.org/x.tgz', integrity: 'sha1-AAAA' } },
    ],
  ])('is refused by a check where it comes from %s', async (_what, packages) => {
    const { checkDependencies } = await import(`${ROOT}tools/checks/check-dependencies.ts`);
    expect(checkDependencies([], packages)).toHaveLength(1);
  });

  it('is listed whole in the bill of materials, the same each time', () => {
    const write = () =>
      execFileSync(process.execPath, [join(ROOT, 'tools/sbom/write-sbom.mjs')], { encoding: 'utf8' });
    const text = write();
    expect(write()).toBe(text);
    const bill = JSON.parse(text) as {
      bomFormat: string;
      specVersion: string;
      serialNumber: string;
      components: { purl: string; version: string; hashes?: { alg: string; content: string }[] }[];
    };
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const hashes = new Map(bill.components.map(({ purl, hashes: [hash] = [] }) => [purl, hash?.content]));
    expect(hashes.size).toBe(bill.components.length);
    for (const [path, { version, integrity }] of installed) {
      const name = path.split('node_modules/').at(-1)!;
      const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
      expect([purl, hashes.has(purl)]).toEqual([purl, true]);
      if (integrity !== undefined)
        expect(hashes.get(purl)).toBe(Buffer.from(integrity.split('-')[1]!, 'base64').toString('hex'));
    }
  });
});

describe('the command, run in a folder that somebody prepared', () => {
  let home: string;
  let trap: string;

  beforeAll(async () => {
    const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
    await buildBundles({ only: ['cli'] });
    home = mkdtempSync(join(tmpdir(), 'gatehouse-t30-'));
    trap = join(home, 'trap');
    const write = (file: string, text: string) => {
      mkdirSync(join(trap, file, '..'), { recursive: true });
      writeFileSync(join(trap, file), text);
    };
    write(
      'package.json',
      '{"name":"gatehouse","type":"module","oclif":{"commands":"./evil","plugins":["./evil"],"bin":"evil"}}',
    );
    write('.gatehouse/profiles/local.yaml', 'port: 6666\nmode: production\n');
    write('services/config/config.yaml', 'nonsense: true\n');
    write('services/governance/roles.yaml', 'nonsense: true\n');
    write('.env', 'PORT=6666\nGATEHOUSE_STATE_DIR=./evil\n');
    write('.npmrc', 'node-options=--require ./evil.cjs\n');
    write('evil.cjs', `require('fs').writeFileSync('${join(trap, 'ran')}', '')`);
    write(
      'evil/index.js',
      `import { writeFileSync } from 'node:fs'; writeFileSync('${join(trap, 'ran')}', '');`,
    );
    for (const name of ['node', 'sh', 'tsc', 'setpriv', 'unshare', 'postgres'])
      write(`node_modules/.bin/${name}`, `#!/bin/sh\ntouch ${join(trap, 'ran')}\n`);
    for (const name of ['node', 'sh']) chmodSync(join(trap, `node_modules/.bin/${name}`), 0o755);
    write('node_modules/@oclif/core/package.json', '{"name":"@oclif/core","main":"index.js"}');
    write('node_modules/@oclif/core/index.js', `require('fs').writeFileSync('${join(trap, 'ran')}', '')`);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    spawnSync(GATEHOUSE, args, {
      cwd: trap,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: home,
        PWD: trap,
        XDG_CONFIG_HOME: join(home, 'config'),
        GATEHOUSE_STATE_DIR: join(home, 'state'),
      },
    });

  it('reads its own profile and configuration, and runs nothing of that folder', () => {
    const profile = run('cloud', 'profile', 'show', '--json');
    expect({ status: profile.status, stderr: profile.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(profile.stdout).data).toMatchObject({ name: 'local' });
    expect(profile.stdout).not.toContain('6666');
    expect(profile.stdout).not.toContain('production');
    const valid = run('admin', 'config', 'validate', '--json');
    expect(valid.status).toBe(0);
    expect(JSON.parse(valid.stdout).data).toMatchObject({ valid: true });
    expect(run('--help').stdout).toContain('gatehouse');
    expect(() => readFileSync(join(trap, 'ran'))).toThrow('ENOENT');
  });
});
