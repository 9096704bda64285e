import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledSchemas } from './compiled-schemas.mjs';
import { everythingButOptional, externals } from './externals.mjs';

const SHARED_INPUTS = ['libs', 'tools/build', 'package-lock.json', 'tsconfig.base.json'];

/**
 * What there is to build. `inputs` decide whether it is out of date; `build` makes it below the checkout `root`. What
 * is `neededBy` another is built with it.
 *
 * @type {readonly { name: string, folder: string, inputs: readonly string[], neededBy?: readonly string[], build: (root: string) => Promise<void> }[]}
 */
export const BUNDLES = [
  {
    // Programs that run in processes of their own. The two that are started often are one CommonJS file each: a module
    // takes 5 ms more to start. An egress warden loads an HTTP client, part by part.
    name: 'secrets',
    folder: 'libs/secrets',
    neededBy: ['server', 'cli'],
    inputs: SHARED_INPUTS,
    build: async (root) => {
      for (const [name, folder, format] of [
        ['keeper', 'keeper', 'cjs'],
        ['warden', 'warden', 'cjs'],
        ['egress-warden', 'egress', 'esm'],
      ]) {
        const source = { [name]: `src/${folder}/${name}-main.ts` };
        await bundle(root, 'libs/secrets', source, everythingButOptional(), `dist/${name}`, { format });
      }
    },
  },
  {
    name: 'server',
    folder: 'apps/server',
    inputs: [...SHARED_INPUTS, 'apps/server/src', 'apps/server/package.json'],
    build: async (root) => {
      await bundle(root, 'apps/server', { main: 'src/main.ts' }, externals(join(root, 'apps/server/dist')));
    },
  },
  {
    name: 'cli',
    folder: 'apps/cli',
    inputs: [...SHARED_INPUTS, 'apps/cli/src', 'apps/cli/package.json'],
    build: async (root) => {
      const entries = {
        ...entriesBelow(join(root, 'apps/cli'), 'src/commands', 'commands'),
        ...entriesBelow(join(root, 'apps/cli'), 'src/entries', ''),
      };
      await bundle(root, 'apps/cli', entries, everythingButOptional(), 'dist', { split: COMMAND_CHUNKS });
      await writeCommandManifest(join(root, 'apps/cli'));
    },
  },
];

/** @returns {Record<string, string>} output name → source file, for every source below the folder that is no test */
function entriesBelow(project, folder, outputFolder) {
  const path = join(project, folder);
  if (!existsSync(path)) return {};
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => [join(outputFolder, file.replace(/\.ts$/, '')), join(folder, file)]),
  );
}

/**
 * What several commands share of the libraries is one chunk: a command would load sixty else, and finding one takes as long
 * as compiling it.
 */
const COMMAND_CHUNKS = {
  includeDependenciesRecursively: false,
  groups: [{ name: 'libraries', test: /[\\/]libs[\\/](?!kernel|config)/, minShareCount: 2 }],
};

/** `split`: how the code is divided into chunks; a `cjs` bundle is one file. */
export async function bundle(
  root,
  folder,
  input,
  packages,
  outputName = 'dist',
  { format = 'esm', split = format !== 'cjs' } = {},
) {
  const { rolldown } = await import('rolldown');
  const project = join(root, folder);
  const output = join(project, outputName);
  // Beside it first: what fails to build leaves what was built before.
  const fresh = join(output, `.new-${process.pid}`);
  const build = await rolldown({
    cwd: project,
    input,
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    experimental: { onDemandWrapping: true },
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [compiledSchemas(root), packages],
    // Only decorators run at import, and they matter where their class does: what nobody uses stays out.
    treeshake: { moduleSideEffects: (id, external) => external || !id.includes('/libs/') },
    onLog(level, log, defaultHandler) {
      // An import that is lazy in one place and not in another: right in a program of many entries.
      if (log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') return;
      // `depd`, below koa, makes its wrappers so; what it evaluates is its own text.
      if (log.code === 'EVAL' && log.id?.includes('/node_modules/')) return;
      if (level === 'warn') throw new Error(log.message);
      defaultHandler(level, log);
    },
  });
  try {
    await build.write({
      dir: fresh,
      format,
      sourcemap: true,
      // Decorators need `reflect-metadata` before them, whichever chunk each ends up in.
      strictExecutionOrder: true,
      codeSplitting: split,
      entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
    });
    replaceContents(output, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    await build.close();
  }
}

function replaceContents(folder, fresh) {
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== fresh) rmSync(join(folder, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(fresh)) renameSync(join(fresh, name), join(folder, name));
}

/** Lets oclif list every command without loading one. */
async function writeCommandManifest(project) {
  const { Plugin } = await import('@oclif/core');
  const plugin = new Plugin({
    root: project,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
  });
  await plugin.load();
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  writeFileSync(
    join(project, 'oclif.manifest.json'),
    `${JSON.stringify({ ...plugin.manifest, version }, null, 1)}\n`,
  );
}
