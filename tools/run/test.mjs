#!/usr/bin/env node
/**
 * `npm test`: the checks, then every project's tests. Closes with one line, `N passed, N failed`, in which each check
 * counts as a test; exits 1 when anything failed or when nothing ran.
 */
import { requireNode } from './required-node.mjs';

requireNode({ 22: 18, 24: 11 });
const { runChecks } = await import('./checks.mjs');
const { runProjectTests } = await import('./project-tests.mjs');

const results = [await runChecks(), await runProjectTests()];
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
