#!/usr/bin/env node
/** `npm run build`: builds what is older than its sources; `-- --force` builds all, `-- server` or `-- cli` one. */
import { requireNode } from './required-node.mjs';

requireNode({ 22: 13, 24: 11 });
const { buildBundles } = await import('../build/build-bundles.mjs');
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
try {
  await buildBundles({
    force: process.argv.includes('--force'),
    ...(names.length > 0 ? { only: names } : {}),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
