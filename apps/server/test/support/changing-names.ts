import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a name server says of `far.test` to every process that is started from now on. */
export interface ChangingNames {
  /** Each look-up takes the next answer, the last one for good; the count begins anew. */
  answer(...answers: readonly (readonly string[])[]): void;
  /** Look-ups since the last `answer`. */
  lookups(): number;
  end(): void;
}

/**
 * Has the runtime that this process starts others with run under a name server of ours: nothing else of them is changed.
 * `process.execPath` is what they are started with.
 */
export function changingNames(): ChangingNames {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  const [answers, asked, stub, runtime] = ['answers', 'asked', 'names.mjs', 'node'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const real = process.execPath;
  writeFileSync(
    stub,
    `import dns from 'node:dns';
import { appendFileSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const system = dns.lookup;
dns.lookup = (host, options, done) => {
  if (host !== 'far.test') return system(host, options, done);
  const all = JSON.parse(readFileSync(${JSON.stringify(answers)}, 'utf8'));
  const answer = all[Math.min(readFileSync(${JSON.stringify(asked)}).length, all.length - 1)];
  appendFileSync(${JSON.stringify(asked)}, '.');
  const addresses = answer.map((address) => ({ address, family: 4 }));
  return options.all === true ? done(null, addresses) : done(null, addresses[0].address, 4);
};
syncBuiltinESMExports();
`,
  );
  writeFileSync(runtime, `#!/bin/sh\nexec "${real}" --import "${stub}" "$@"\n`);
  chmodSync(runtime, 0o755);
  process.execPath = runtime;
  return {
    answer: (...given) => {
      writeFileSync(answers, JSON.stringify(given));
      writeFileSync(asked, '');
    },
    lookups: () => readFileSync(asked).length,
    end: () => {
      process.execPath = real;
      rmSync(folder, { recursive: true });
    },
  };
}
