import { describe, expect, it } from 'vitest';
import { checkLibraryDoors } from './check-library-doors.ts';

describe('the check of library doors', () => {
  it.each([
    ['libs/audit/src/index.ts', "export { AuditLog } from './audit-log.service.ts';"],
    ['libs/audit/src/row/shape.ts', "import { Clock } from '../../src/clock.ts';"],
    ['libs/audit/src/row/shape.ts', "import { Clock } from '@gatehouse/kernel';"],
    ['libs/audit/src/row/shape.ts', "export * from './other.ts';"],
    ['libs/audit/test/audit.int.spec.ts', "import { AuditLog } from '../src/index.ts';"],
  ])('passes %s with: %s', (path, text) => {
    expect(checkLibraryDoors([{ path, text }])).toEqual([]);
  });

  it.each([
    ['libs/audit/src/index.ts', "export * from './audit-log.service.ts';", 'name each export: no `export *`'],
    ['libs/audit/src/a.ts', "import { x } from '@gatehouse/kernel/src/ids.ts';", 'reaches into a library: '],
    [
      'apps/cli/src/a.ts',
      "const x = await import('@gatehouse/kernel/src/ids.ts');",
      'reaches into a library: ',
    ],
    ['apps/cli/src/a.ts', "export { x } from '../../../libs/kernel/src/ids.ts';", 'leaves its project: '],
    ['libs/audit/src/a.ts', "import type { x } from '../../kernel/src/ids.ts';", 'leaves its project: '],
    ['libs/audit/src/a.spec.ts', "import { x } from '../../../services/x.ts';", 'leaves its project: '],
  ])('refuses %s with: %s', (path, text, message) => {
    expect(checkLibraryDoors([{ path, text: `// first line\n${text}` }])).toMatchObject([
      { file: path, line: 2, message: expect.stringContaining(message) },
    ]);
  });
});
