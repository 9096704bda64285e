#!/usr/bin/env node
/**
 * `npm test`: the checks, then every project's tests. Closes with the tests that passed only when they were run once more,
 * and one line, `N passed, N failed`, in which each check counts as a test; exits 1 when anything failed or when nothing
 * ran.
 */
import { requireNode } from './required-node.mjs';

requireNode({ 22: 18, 24: 11 });
const { runChecks } = await import('./checks.mjs');
const { runProjectTests } = await import('./project-tests.mjs');

const checks = await runChecks();
const tests = await runProjectTests();
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
for (const test of tests.unsteady) console.log(`unsteady: ${test}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
