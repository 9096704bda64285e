import { describe, expect, it } from 'vitest';
import { checkConsole } from './check-console.ts';

describe('the check of the console', () => {
  it.each([
    'console.log(1)',
    "console['error'](1)",
    'const { log } = console;',
    'globalThis.console.log(1)',
    'f({ console })',
  ])('refuses outside the CLI: %s', (text) => {
    expect(
      checkConsole([{ path: 'apps/server/src/a.ts', text: `\n${text}` }]).map(({ line }) => line),
    ).toContain(2);
  });

  it.each(["log('console.log')", '// console.log', 'f({ console: 1 })'])('passes: %s', (text) => {
    expect(checkConsole([{ path: 'apps/server/src/a.ts', text }])).toEqual([]);
  });

  it.each(['apps/cli/src/commands/x.ts', 'libs/audit/src/a.spec.ts'])('lets %s use it', (path) => {
    expect(checkConsole([{ path, text: 'console.log(1)' }])).toEqual([]);
  });
});
