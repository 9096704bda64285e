#!/usr/bin/env node
/**
 * `npm run bench:scale [rows]`: a generated audit log of so many rows (a million by default) on a PostgreSQL of its own,
 * every list, filter, trace and stream question to it timed, the plans of those over 100 ms, the size of each index, and
 * how fast the rows went in from first to last. Minutes; not part of the tests.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build/bundles.mjs';
import { externals } from '../build/externals.mjs';
import { requireNode } from '../run/required-node.mjs';

requireNode({ 24: 11 });
const root = fileURLToPath(new URL('../../', import.meta.url));
const output = 'dist-bench/scale';
await bundle(
  root,
  'apps/server',
  { 'scale-under-test': 'bench/scale-under-test.ts' },
  externals(join(root, 'apps/server', output)),
  output,
);
const child = fork(join(root, 'apps/server', output, 'scale-under-test.js'), [process.argv[2] ?? '1000000']);
const mebibytes = (bytes) => `${Math.round(Number(bytes) / 2 ** 20)} MiB`;
let met = false;
child.on('message', ({ made, log, timed, sizes, heapBytes }) => {
  if (made !== undefined) {
    if (made % 1_000_000 === 0) console.error(`${made} rows`);
    return;
  }
  const slow = timed.filter(({ medianMs }) => medianMs > 100);
  met = slow.length === 0;
  console.log(`${log.rows} rows over ${log.months} months\n\n| question | median | first |\n|---|---|---|`);
  for (const { name, medianMs, firstMs } of timed)
    console.log(
      `| ${name} | ${medianMs > 100 ? '**' : ''}${medianMs.toFixed(1)} ms${medianMs > 100 ? '**' : ''} | ${firstMs.toFixed(1)} ms |`,
    );
  for (const { name, plan } of slow) console.log(`\n${name}\n${plan}`);
  console.log('\n| index | size |\n|---|---|');
  for (const { name, bytes } of sizes) console.log(`| ${name} | ${mebibytes(bytes)} |`);
  console.log(`| rows themselves | ${mebibytes(heapBytes)} |`);
  const tenth = Math.max(1, Math.floor(log.rates.length / 10));
  const mean = (rates) => Math.round(rates.reduce((sum, rate) => sum + rate, 0) / rates.length);
  console.log(
    `\nrows a second: the first tenth ${mean(log.rates.slice(0, tenth))}, the last ${mean(log.rates.slice(-tenth))}`,
  );
});
child.on('exit', (code) => process.exit(code === 0 && met ? 0 : 1));
