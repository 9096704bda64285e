import { defineConfig } from 'vitest/config';

/** Every project's tests run under this one configuration, from the project's own folder. */
export default defineConfig({
  test: {
    include: [
      'src/**/*.spec.ts',
      'test/**/*.spec.ts',
      'checks/**/*.spec.ts',
      'build/**/*.spec.ts',
      'run/**/*.spec.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
