#!/usr/bin/env node
/**
 * `npm run bench:scale [rows] [lines]`: a generated audit log of so many rows (a million by default, ten at most), on a
 * PostgreSQL of its own, and as many lines of the log, a million at most; every list, filter, trace, stream, export and
 * summary question to them with its times and what its plan read, how fast the rows went in as the table grew, and the size
 * of each index. `npm run bench:scale indexes`: what each index costs on insertion, side by side. Some minutes; not part of
 * the tests.
 */
import { fork } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build/bundles.mjs';
import { externals } from '../build/externals.mjs';
import { requireNode } from '../run/required-node.mjs';

requireNode({ 24: 11 });
const TARGET_MS = 100;
/** With indexes, seals and what PostgreSQL keeps to recover. */
const BYTES_OF_A_ROW = 3500;
const DEADLINE_MS = 15 * 60_000;
const DEADLINE_OF_A_ROW_MS = 0.5;
const RATES_AT = [1000, 100_000, 1_000_000, 10_000_000];

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = 'dist-bench/scale';
const costs = process.argv[2] === 'indexes';
const rows = costs ? 0 : Math.min(10_000_000, Math.max(1000, Number(process.argv[2] ?? 1_000_000)));
const { bavail, bsize } = statfsSync(tmpdir());
const needed = rows * BYTES_OF_A_ROW + 2 ** 31;
if (bavail * bsize < needed) {
  console.error(`${gibibytes(needed)} are needed below ${tmpdir()}; ${gibibytes(bavail * bsize)} are free`);
  process.exit(1);
}
console.log(
  `${cpus().length} cores (${cpus()[0].model.trim()}), ${gibibytes(totalmem())}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
);
const program = costs ? 'indexes-under-test' : 'scale-under-test';
await bundle(
  root,
  'libs/audit',
  { [program]: `bench/${program}.ts` },
  externals(join(root, 'libs/audit', output)),
  output,
);
const child = fork(
  join(root, 'libs/audit', output, `${program}.js`),
  costs ? [] : [String(rows), process.argv[3] ?? ''],
);
// Whatever happens it ends, and takes its database with it.
setTimeout(() => child.kill('SIGTERM'), DEADLINE_MS + rows * DEADLINE_OF_A_ROW_MS).unref();
if (costs) console.log('\n| indexes | PostgreSQL, of a row | all indexes, of a row |\n|---|---|---|');
const rates = [];
let missed = 0;
let asked = 0;
let summedSeconds = 0;
child.on('message', ({ cost, rate, stored, summed, warned, timed, sizes }) => {
  if (cost !== undefined)
    console.log(`| ${cost.name} | ${cost.rowUs.toFixed(1)} µs | ${Math.round(cost.bytesOfARow)} B |`);
  if (rate !== undefined) {
    rates.push(rate);
    if (rate.at % 1_000_000 === 0) console.error(`${rate.at} rows`);
  }
  if (stored !== undefined) console.error(`${stored} lines`);
  if (summed !== undefined) summedSeconds = summed;
  if (warned !== undefined) console.error(warned);
  if (timed !== undefined) reportQuestion(timed);
  if (sizes !== undefined) reportSizes(sizes);
});
child.on('exit', (code) => {
  if (costs) process.exit(code ?? 1);
  console.log(
    `\n${asked - missed} of ${asked} questions under ${TARGET_MS} ms at their slowest; load ${loadavg()[0].toFixed(1)}`,
  );
  process.exit(code === 0 && asked > 0 && missed === 0 ? 0 : 1);
});

function reportQuestion({ name, firstMs, p50Ms, p99Ms, answer, partitions, used, rowsRead, pages }) {
  if (asked === 0) {
    reportRates();
    console.log(
      '\n| question | first | p50 | p99 | | answer | partitions | read by | rows read | pages |\n|---|---|---|---|---|---|---|---|---|---|',
    );
  }
  const met = p99Ms <= TARGET_MS;
  asked += 1;
  if (!met) missed += 1;
  const ms = [firstMs, p50Ms, p99Ms].map((one) => `${one.toFixed(1)} ms`).join(' | ');
  console.log(
    `| ${name} | ${ms} | ${met ? '' : '**missed**'} | ${answer} | ${partitions} | ${used.join(', ')} | ${rowsRead} | ${pages} |`,
  );
}

function reportRates() {
  console.log('\n| rows in the table | rows a second | of a row, statement |\n|---|---|---|');
  const wanted = RATES_AT.map((at) => rates.find((rate) => rate.at >= at)).filter(
    (rate) => rate !== undefined,
  );
  for (const { at, rowsPerSecond, statementUs } of new Set([...wanted, rates.at(-1)]))
    console.log(`| ${at} | ${Math.round(rowsPerSecond)} | ${statementUs.toFixed(1)} µs |`);
  console.log(
    `\nAfterwards decided calls were summed in ${summedSeconds.toFixed(1)} s, as a server does beside its work.`,
  );
}

function reportSizes(sizes) {
  console.log('\n| relation | size | of a row |\n|---|---|---|');
  for (const { name, bytes } of sizes)
    console.log(`| ${name} | ${Math.round(bytes / 2 ** 20)} MiB | ${Math.round(bytes / rows)} B |`);
}

function gibibytes(bytes) {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}
