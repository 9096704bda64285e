import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { SPECS_ALONE } from './tools/run/specs-alone.mjs';

/** Those of the project whose folder this runs in. */
const alone = SPECS_ALONE.map((path) =>
  relative(process.cwd(), fileURLToPath(new URL(path, import.meta.url))),
).filter((path) => !path.startsWith('..'));

/**
 * Every project's tests run under this one configuration, from the project's own folder. The files of a project share a
 * process, and what they import is loaded once: half of what a short file costs is loading. So a file undoes what it
 * does to its process.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What comes soon comes late on a busy machine; a test that promises a time says so itself.
    expect: { poll: { timeout: 15_000 } },
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          isolate: false,
          include: ['{src,test,checks,build,run}/**/*.spec.ts'],
          exclude: [...configDefaults.exclude, ...alone],
        },
      },
      ...(alone.length === 0 ? [] : [{ extends: true as const, test: { name: 'alone', include: alone } }]),
    ],
  },
});
