import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { everythingButOptional, externals } from './externals.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-bundle-'));
  write('apps/server/src/main.ts', "export { version } from '../../../libs/config/src/index.ts';");
  write('libs/config/src/index.ts', "export { version } from 'yaml';");
  pack('node_modules/yaml', '2.0.0');
});

afterEach(() => rmSync(root, { recursive: true }));

it('leaves a package out that the bundle finds as the library does', async () => {
  expect(await bundled(externals(join(root, 'apps/server/dist')))).toContain('from "yaml"');
});

it("bundles a package of which the library has another version than the bundle's folder finds", async () => {
  pack('libs/config/node_modules/yaml', '2.9.1');
  expect(await bundled(externals(join(root, 'apps/server/dist')))).toContain('2.9.1');
});

it('bundles packages for the CLI, and leaves what is not installed to fail when it is wanted', async () => {
  write(
    'libs/config/src/index.ts',
    "export { version } from 'yaml';\nexport const more = () => import('missing');",
  );
  write('apps/server/src/main.ts', "export * from '../../../libs/config/src/index.ts';");
  const code = await bundled(everythingButOptional());
  expect(code).toContain('2.0.0');
  expect(code).toContain('import("missing")');
});

it('gives Nest its table of status codes without HTTP', async () => {
  write('libs/config/src/index.ts', "export { version } from '@nestjs/core';");
  pack('node_modules/@nestjs/core', '12.5.1');
  write(
    'node_modules/@nestjs/core/index.js',
    "import { STATUS_CODES } from 'http'; export const version = STATUS_CODES[404];",
  );
  const code = await bundled(everythingButOptional());
  expect(code).toContain('Not Found');
  expect(code).not.toMatch(/from ['"](?:node:)?http['"]/);
});

it('bundles what wraps the native library, which is loaded from where it lies, at its first use', async () => {
  write(
    'libs/config/src/index.ts',
    "import sodium from 'sodium-native'; export const version = () => sodium.version;",
  );
  write(
    'node_modules/sodium-native/package.json',
    JSON.stringify({ name: 'sodium-native', version: '5.1.0' }),
  );
  write(
    'node_modules/sodium-native/index.js',
    "const assert = require('assert'); module.exports = { ...require('./binding'), assert, version: 'wrapped' };",
  );
  write('node_modules/sodium-native/binding.js', "throw new Error('looked for through five packages');");
  const code = await bundled(everythingButOptional());
  expect(code).toContain('wrapped');
  expect(code).toContain('prebuilds');
  expect(code).not.toContain('looked for');
  // Node's assert, only when something does not hold.
  expect(code).toMatch(/holds \|\| \S*require\("node:assert"\)\(holds, message\)/);
  expect(code).not.toMatch(/["']assert["']/);
  write('apps/server/dist/main.mjs', `${code}\nprocess.stdout.write('loaded');`);
  expect(
    execFileSync(process.execPath, [join(root, 'apps/server/dist/main.mjs')], { encoding: 'utf8' }),
  ).toBe('loaded');
});

it('knows that the TypeORM installed has what the bundle says it has not', () => {
  const typeorm: object = createRequire(import.meta.url)('typeorm');
  expect(Object.keys(typeorm)).not.toEqual(expect.arrayContaining(['Connection']));
  expect(Object.keys(typeorm)).not.toEqual(expect.arrayContaining(['AbstractRepository']));
});

async function bundled(plugin: Plugin): Promise<string> {
  const build = await rolldown({
    input: join(root, 'apps/server/src/main.ts'),
    platform: 'node',
    plugins: [plugin],
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return output[0].code;
}

function pack(folder: string, version: string): void {
  write(
    `${folder}/package.json`,
    JSON.stringify({ name: 'yaml', version, type: 'module', exports: './index.js' }),
  );
  write(`${folder}/index.js`, `export const version = '${version}';`);
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}
