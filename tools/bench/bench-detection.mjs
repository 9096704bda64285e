#!/usr/bin/env node
/**
 * `npm run bench:detection`: what the secret scanner and the blocklist find and wrongly find, by source, in corpora
 * beside the checkout (`../shared/corpora`), in each encoding, in files of `node_modules`; how fast, beside secretlint
 * and a linear-time engine. `--list` prints the cases that differ from their label.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../build/bundles.mjs';
import { externals } from '../build/externals.mjs';
import { requireNode } from '../run/required-node.mjs';
import { compareEngines } from './detection/compare-engines.mjs';
import { DISPUTED } from './detection/disputed.mjs';
import { ENCODINGS } from './detection/encodings.mjs';
import { ordinaryFiles } from './detection/ordinary-files.mjs';
import { worstCases } from './detection/worst-cases.mjs';

requireNode({ 24: 11 });
const root = fileURLToPath(new URL('../../', import.meta.url));
const corpora = join(root, '../shared/corpora');
const listed = process.argv.includes('--list');
const ORDINARY_FILES = 4000;

if (!existsSync(corpora)) {
  console.log('There is no ../shared/corpora beside this checkout: nothing to measure.');
  process.exit(0);
}
await bundle(
  root,
  'apps/server',
  { 'detection-under-test': 'bench/detection-under-test.ts' },
  externals(join(root, 'apps/server/dist-bench')),
  'dist-bench',
);
const program = pathToFileURL(join(root, 'apps/server/dist-bench/detection-under-test.js'));
const { rules, scan, denies } = await (await import(program.href)).detection(root);
const secrets = JSON.parse(readFileSync(join(corpora, 'secrets.json'), 'utf8'));
const commands = JSON.parse(readFileSync(join(corpora, 'commands.json'), 'utf8'));
const share = (part, whole) =>
  `${part} of ${whole} (${whole === 0 ? '-' : ((100 * part) / whole).toFixed(1)} %)`;

console.log(`\n## Secrets (${rules.length} kinds)`);
const sound = secrets.filter(({ text }) => !DISPUTED.some((disputed) => text.includes(disputed.part)));
for (const [name, cases] of [
  ['as labelled', secrets],
  ['without disputed labels', sound],
]) {
  for (const source of new Set(cases.map((one) => one.source))) {
    const of = (secret) => cases.filter((one) => one.source === source && one.secret === secret);
    const found = (secret) => of(secret).filter(({ text }) => scan(text).found).length;
    console.log(
      `${source}, ${name}: found ${share(found(true), of(true).length)}, false ${share(found(false), of(false).length)}`,
    );
  }
}
if (listed)
  list(
    sound,
    ({ text, secret }) => scan(text).found !== secret,
    ({ text }) => text,
  );
for (const { part, reason } of DISPUTED) if (listed) console.log(`disputed: ${part}: ${reason}`);

console.log('\n## Plainly found secrets, hidden');
const plain = secrets.filter(({ text, secret }) => secret && scan(text).found);
for (const [name, hide] of Object.entries(ENCODINGS)) {
  const found = plain.filter(({ text }) => scan(hide(text)).found).length;
  console.log(`${name}: ${share(found, plain.length)}`);
}

console.log('\n## Commands');
for (const expect of ['deny', 'allow']) {
  const of = commands.filter((one) => one.expect === expect);
  const denied = of.filter(({ command }) => denies(command));
  console.log(`expected ${expect}: denied ${share(denied.length, of.length)}`);
  if (listed)
    list(
      of,
      ({ command }) => denies(command) !== (expect === 'deny'),
      ({ command }) => command,
    );
}

console.log('\n## Ordinary files of node_modules');
const all = ordinaryFiles(join(root, 'node_modules'), Number.POSITIVE_INFINITY);
// Other engines need too long for all of them.
const ordinary = all.filter((_file, index) => index % Math.ceil(all.length / ORDINARY_FILES) === 0);
const wrong = all.map(({ path, text }) => ({ path, ...scan(text) })).filter((one) => one.found);
const unjudged = all.filter(({ text }) => scan(text).exhausted).length;
console.log(`false ${share(wrong.length, all.length)}; not judged whole ${unjudged}`);
if (listed) for (const { path, rules: by } of wrong) console.log(`  ${path}: ${by.join(', ')}`);

console.log('\n## One megabyte, processor time');
for (const { name, ms } of worstCases((text) => scan(text))) console.log(`${name}: ${ms.toFixed(0)} ms`);

console.log('\n## Beside others, in this run');
for (const line of await compareEngines({ rules, scan, secrets, ordinary })) console.log(line);

function list(cases, differs, shown) {
  for (const one of cases.filter(differs)) console.log(`  ${JSON.stringify(shown(one)).slice(0, 160)}`);
}
