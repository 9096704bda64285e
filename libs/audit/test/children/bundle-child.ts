import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * Bundles a program of this folder for a process of its own, our own libraries in it: Node runs no decorators. Returns
 * where the bundle is.
 */
export async function bundleChild(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../../dist/test/${name}-${process.pid}.mjs`, import.meta.url));
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
    platform: 'node',
    tsconfig: true,
    external: (id) => /^[^./]/.test(id) && !/^@(gatehouse|oxc-project)\//.test(id) && !id.startsWith('\0'),
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}
