import { describe, expect, it } from 'vitest';
import { checkSharedProcess } from './check-shared-process.ts';

const path = 'libs/a/src/a.spec.ts';

describe('the check of shared processes', () => {
  it.each([
    "vi.mock('node:dns', () => ({}));",
    "vi.doMock('./a.ts');",
    "vi.spyOn(Date, 'now').mockReturnValue(1);",
    'vi.setSystemTime(1);',
    'const { heapUsed } = process.memoryUsage();',
    "vi.spyOn(process.stdout, 'write');",
    "for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write');",
    'said = printedOutput();',
  ])('refuses, unless it is listed: %s', (line) => {
    const file = { path, text: `\n${line}\n` };
    expect(checkSharedProcess([file], [])).toMatchObject([{ file: path, line: 2 }]);
    expect(checkSharedProcess([file], [path])).toEqual([]);
  });

  it.each(['vi.useFakeTimers();', "vi.spyOn(log, 'record');", 'Date.now();'])('passes: %s', (text) => {
    expect(checkSharedProcess([{ path, text }], [])).toEqual([]);
  });

  it('lets the program itself do so', () => {
    expect(checkSharedProcess([{ path: 'libs/a/src/a.ts', text: 'process.memoryUsage()' }], [])).toEqual([]);
  });

  it('refuses a place for a file that is gone', () => {
    expect(checkSharedProcess([], [path])).toMatchObject([{ file: path }]);
  });
});
