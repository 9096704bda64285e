import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Files that need a process of their own, because they replace a module, look at the memory of the process, or read what
 * the server logs: its logger outside of requests is made once in a process, with the level and the output of the first
 * server there.
 */
const ALONE = [
  'src/pool/children-that-misbehave.spec.ts',
  'test/attacks/t17-streams.int.spec.ts',
  'test/attacks/t22-outbound.int.spec.ts',
  'test/attacks/t24-every-column.int.spec.ts',
  'test/audit/traces.int.spec.ts',
  'test/fuzz/*.int.spec.ts',
];

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
          exclude: [...configDefaults.exclude, ...ALONE],
        },
      },
      { extends: true, test: { name: 'alone', isolate: true, include: ALONE } },
    ],
  },
});
