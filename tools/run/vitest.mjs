#!/usr/bin/env node
/** The `test` target of every project: Vitest in the current folder, with a report that `npm test` adds up. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const config = fileURLToPath(new URL('../../vitest.config.ts', import.meta.url));
const reporter = fileURLToPath(new URL('test-reporter.mjs', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--root',
    process.cwd(),
    '--config',
    config,
    '--reporter=default',
    `--reporter=${reporter}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
