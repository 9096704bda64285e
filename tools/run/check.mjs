#!/usr/bin/env node
/** `npm run check`: every rule that a machine keeps, without the tests. */
import { requireNode } from './required-node.mjs';

requireNode({ 22: 18, 24: 11 });
const { runChecks } = await import('./checks.mjs');
const { passed, failed } = await runChecks();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
