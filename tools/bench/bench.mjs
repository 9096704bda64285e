#!/usr/bin/env node
/**
 * `npm run bench`: the figures of the claims P1, P2, P3 and P6, and what a warden costs, measured side by side in one run on this
 * machine. About five minutes; not part of the tests.
 */
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundles } from '../build/build-bundles.mjs';
import { bundle } from '../build/bundles.mjs';
import { externals } from '../build/externals.mjs';
import { requireNode } from '../run/required-node.mjs';
import { benchChecks } from './bench-checks.mjs';
import { benchCommands } from './bench-commands.mjs';
import { benchDecisions } from './bench-decisions.mjs';
import { benchMcp } from './bench-mcp.mjs';
import { benchWarden } from './bench-warden.mjs';

requireNode({ 24: 11 });
const root = fileURLToPath(new URL('../../', import.meta.url));
const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const wanted = (name) => parts.length === 0 || parts.includes(name);

console.log(
  `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
await buildBundles({});
await bundle(
  root,
  'apps/server',
  {
    'server-under-test': 'bench/server-under-test.ts',
    'checks-under-test': 'bench/checks-under-test.ts',
  },
  externals(join(root, 'apps/server/dist-bench')),
  'dist-bench',
);
if (wanted('checks')) report(benchChecks(root));
if (wanted('decisions')) report(await benchDecisions(root));
if (wanted('mcp')) report(await benchMcp(root));
if (wanted('warden')) report(await benchWarden(root));
if (wanted('commands')) report(await benchCommands(root));

/** @param {readonly { claim: string, figure: string, target: string, met: boolean }[]} rows */
function report(rows) {
  console.log('\n| claim | measured | target | |\n|---|---|---|---|');
  for (const { claim, figure, target, met } of rows) {
    console.log(`| ${claim} | ${figure} | ${target} | ${met ? 'met' : '**missed**'} |`);
  }
}
