import { describe, expect, it } from 'vitest';
import { checkFiles, MAX_LINES } from './check-files.ts';

describe('the check of files', () => {
  it.each([
    'libs/a/src/utils.ts',
    'libs/a/src/helpers/x.ts',
    'libs/a/src/common.spec.ts',
    'tools/misc.mjs',
    'libs/shared/src/x.ts',
  ])('refuses the name %s', (path) => {
    expect(checkFiles([{ path, text: '' }])).toHaveLength(1);
  });

  it('refuses a file that is too long, unless it is listed as a table of data', () => {
    const file = { path: 'libs/a/src/rules.ts', text: 'x\n'.repeat(MAX_LINES + 1) };
    expect(checkFiles([file])).toMatchObject([
      { message: `${MAX_LINES + 1} lines: split it, or list it as a table of data` },
    ]);
    expect(checkFiles([file], [file.path])).toEqual([]);
  });

  it('passes a short file named after what it holds', () => {
    expect(checkFiles([{ path: 'libs/a/src/shared-nothing.ts', text: 'x\n'.repeat(MAX_LINES) }])).toEqual([]);
  });

  it('gives a test no more room', () => {
    const path = 'libs/a/test/rules.int.spec.ts';
    expect(checkFiles([{ path, text: 'x\n'.repeat(MAX_LINES) }])).toEqual([]);
    expect(checkFiles([{ path, text: 'x\n'.repeat(MAX_LINES + 1) }])).toHaveLength(1);
  });
});
