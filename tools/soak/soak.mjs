#!/usr/bin/env node
/**
 * `npm run soak [minutes] [name…]`: what only shows after minutes. Each `<name>.soak.mjs` of this folder starts a server
 * of its own on the loopback, loads it for so many minutes (ten by default, sixty at most), and says what it found.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildBundles } from '../build/build-bundles.mjs';
import { bundle } from '../build/bundles.mjs';
import { externals } from '../build/externals.mjs';
import { requireNode } from '../run/required-node.mjs';

requireNode({ 24: 11 });
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const given = Number(first);
const minutes = Number.isFinite(given) ? Math.min(60, Math.max(0.1, given)) : 10;
const wanted = Number.isFinite(given) || first === undefined ? rest : [first, ...rest];

console.log(
  `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
await buildBundles({});
await bundle(
  root,
  'apps/server',
  { 'server-under-test': 'bench/server-under-test.ts' },
  externals(`${root}apps/server/dist-bench`),
  'dist-bench',
);
const names = readdirSync(folder)
  .map((file) => /^(.+)\.soak\.mjs$/.exec(file)?.[1])
  .filter((name) => name !== undefined && (wanted.length === 0 || wanted.includes(name)));
let met = names.length > 0;
for (const name of names) {
  const { soak } = await import(`./${name}.soak.mjs`);
  for (const finding of await soak({ root, minutes })) {
    console.log(`${finding.met ? 'met' : 'MISSED'}  ${name}: ${finding.claim}: ${finding.figure}`);
    met &&= finding.met;
  }
}
process.exit(met ? 0 : 1);
