import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchPlan } from '../servers/launch-plan.ts';
import { earlierIdentity, programIdentity } from './program-identity.ts';

const SERVER = 'node_modules/a-server';
const LOCK = {
  packages: {
    [SERVER]: { version: '1.0.0', integrity: 'sha512-server', dependencies: { sdk: '^1' } },
    'node_modules/sdk': { version: '1.0.0', integrity: 'sha512-sdk', dependencies: { deep: '^1' } },
    'node_modules/sdk/node_modules/deep': { version: '2.0.0', integrity: 'sha512-deep' },
    'node_modules/deep': { version: '1.0.0', integrity: 'sha512-other' },
  },
};
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'identity-'));
  write('package.json', JSON.stringify({ name: 'checkout', version: '0.0.1' }));
  write('package-lock.json', JSON.stringify(LOCK));
  write(`${SERVER}/package.json`, JSON.stringify({ name: 'a-server', version: '1.0.0' }));
  write(`${SERVER}/dist/index.js`, '#!/usr/bin/env node\nimport "./tools.js";');
  write(`${SERVER}/dist/tools.js`, 'export {};');
  write(`${SERVER}/node_modules/inner/index.js`, '');
  write('server.mjs', 'import "./more.mjs";');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const plan = (executable = join(root, SERVER, 'dist/index.js'), ...args: string[]): LaunchPlan => ({
  executable,
  args,
  cwd: root,
  env: {},
  remote: null,
});
const identity = (...args: Parameters<typeof plan>) => programIdentity(plan(...args), root);
const relocked = (change: object) =>
  write('package-lock.json', JSON.stringify({ packages: { ...LOCK.packages, ...change } }));

describe('the identity of a program out of a package', () => {
  it('names its package and what the lock file promises', async () => {
    expect(await identity()).toMatchObject({
      package: 'a-server',
      version: '1.0.0',
      integrity: 'sha512-server',
      package_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      dependencies_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each<[string, () => void]>([
    ['a file that its entry loads is another', () => write(`${SERVER}/dist/tools.js`, 'export { evil };')],
    ['a file is added', () => write(`${SERVER}/dist/more.js`, '')],
    ['a link is added', () => symlinkSync('/etc/passwd', join(root, SERVER, 'dist/link.js'))],
    [
      'what it depends on is another by the lock file',
      () =>
        relocked({ 'node_modules/sdk': { ...LOCK.packages['node_modules/sdk'], integrity: 'sha512-evil' } }),
    ],
    [
      'what that depends on is, where it is found first',
      () =>
        relocked({ 'node_modules/sdk/node_modules/deep': { version: '2.0.0', integrity: 'sha512-evil' } }),
    ],
  ])('is another when %s', async (_what, change) => {
    const before = await identity();
    change();
    expect(await identity()).not.toEqual(before);
  });

  it.each<[string, () => void]>([
    ['nothing changed', () => {}],
    ['a package within it is another', () => write(`${SERVER}/node_modules/inner/index.js`, 'x')],
    [
      'a package that it does not load is',
      () => relocked({ 'node_modules/deep': { integrity: 'sha512-evil' } }),
    ],
    ['the checkout around it is', () => write('other.mjs', 'x')],
  ])('stays the same when %s', async (_what, change) => {
    const before = await identity();
    change();
    expect(await identity()).toEqual(before);
  });

  it('is still known by what an earlier release pinned of it', async () => {
    const before = earlierIdentity(await identity());
    expect(Object.keys(before)).toEqual(['path', 'sha256', 'package', 'version', 'integrity']);
    write(`${SERVER}/dist/more.js`, '');
    expect(earlierIdentity(await identity())).toEqual(before);
  });
});

describe('the identity of an interpreter', () => {
  it('is that of the script too', async () => {
    const before = await identity(process.execPath, '--no-warnings', 'server.mjs', 'package.json');
    expect(before.script).toMatchObject({ path: join(root, 'server.mjs'), package: 'checkout' });
    write('server.mjs', 'import "./evil.mjs";');
    expect(await identity(process.execPath, '--no-warnings', 'server.mjs', 'package.json')).not.toEqual(
      before,
    );
  });

  it('is its own alone when no argument is a file, and other programs have no script', async () => {
    expect(await identity(process.execPath, '-e', 'nothing')).not.toHaveProperty('script');
    expect(await identity(join(root, SERVER, 'dist/index.js'), 'server.mjs')).not.toHaveProperty('script');
  });
});
