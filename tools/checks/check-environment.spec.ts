import { describe, expect, it } from 'vitest';
import { checkEnvironment } from './check-environment.ts';

describe('the check of the environment', () => {
  it.each([
    'process.env.HOME',
    "process['env']",
    'process.env',
    'globalThis.process.env.PORT',
    'const { env } = process;',
    'const { argv, ...rest } = process;',
    "import { env } from 'node:process';",
    "import { env as e } from 'process';",
    'const p = { ...process.env };',
  ])('refuses in any other library: %s', (text) => {
    expect(checkEnvironment([{ path: 'libs/audit/src/a.ts', text: `\n\n${text}` }])).toMatchObject([
      { file: 'libs/audit/src/a.ts', line: 3 },
    ]);
  });

  it.each([
    'process.exitCode = 1',
    'child.env',
    "const text = 'process.env';",
    '// process.env',
    'const { argv } = process;',
  ])('passes: %s', (text) => {
    expect(checkEnvironment([{ path: 'libs/audit/src/a.ts', text }])).toEqual([]);
  });

  it.each(['libs/config/src/a.ts', 'libs/audit/src/a.int.spec.ts', 'apps/server/test/attacks/t1.ts'])(
    'lets %s read it',
    (path) => {
      expect(checkEnvironment([{ path, text: 'process.env.HOME' }])).toEqual([]);
    },
  );
});
