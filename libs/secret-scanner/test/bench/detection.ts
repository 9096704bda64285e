/**
 * How fast the scanner is, and what it finds in a corpus: `node test/bench/detection.ts [corpus.json]`, where the
 * corpus is `[{source, text, secret}]`. Without one, only speed is measured.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createScanner } from '../../src/index.ts';

interface Sample {
  readonly source: string;
  readonly text: string;
  readonly secret: boolean;
}

const ROUNDS = 20_000;
const scanner = createScanner({ fingerprintKey: new Uint8Array(32) });
const print = (line: string) => void process.stdout.write(`${line}\n`);

const call = {
  tool_name: 'Bash',
  tool_input: {
    command: `cd /srv/app && npm run build && ${'node tools/check.mjs --all src lib test; '.repeat(12)}`,
    description: 'Build the project, run every check that it has, then list what failed and where. '.repeat(
      4,
    ),
    timeout: 120_000,
  },
};
const latencies: number[] = [];
for (let i = 0; i < ROUNDS * 2; i += 1) {
  const startedAt = performance.now();
  scanner.scan(call);
  if (i >= ROUNDS) latencies.push((performance.now() - startedAt) * 1000);
}
latencies.sort((a, b) => a - b);
const percentile = (share: number) => latencies[Math.floor(latencies.length * share)]!.toFixed(1);
print(
  `scan of a clean call, ${JSON.stringify(call).length} bytes: p50 ${percentile(0.5)} us, p99 ${percentile(0.99)} us`,
);

const corpus = process.argv[2];
if (corpus === undefined || !existsSync(corpus)) print('no corpus given: nothing to find');
else {
  const samples = JSON.parse(readFileSync(corpus, 'utf8')) as Sample[];
  for (const source of new Set(samples.map((sample) => sample.source))) {
    const share = (secret: boolean) => {
      const labelled = samples.filter((sample) => sample.source === source && sample.secret === secret);
      const found = labelled.filter((sample) => scanner.scanText(sample.text).length > 0);
      return `${found.length} of ${labelled.length}`;
    };
    print(`${source}: found ${share(true)}, false ${share(false)}`);
  }
}
