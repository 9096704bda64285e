import { describe, expect, it } from 'vitest';
import { checkThinEdges } from './check-thin-edges.ts';

describe('the check of thin edges', () => {
  it.each([
    ["await fetch('http://x.test')", 'an edge does not fetch; a service does'],
    ['await globalThis.fetch(url)', 'an edge does not fetch; a service does'],
    ["db.query('select id from users')", 'no SQL at the edge; a query of a library'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under judgement has the template
    ['db.query(`\n  SELECT * FROM users WHERE id = ${id}`)', 'no SQL at the edge; a query of a library'],
    ["const x = 'DELETE FROM users'", 'no SQL at the edge; a query of a library'],
    ["const x = 'update users set role = $1'", 'no SQL at the edge; a query of a library'],
    ["import pg from 'pg';", 'an edge does not use pg; a service does'],
    ["const { DataSource } = await import('typeorm');", 'an edge does not use typeorm; a service does'],
  ])('refuses in a controller and in a command: %s', (text, message) => {
    for (const path of [
      'apps/server/src/users/users.controller.ts',
      'apps/cli/src/commands/admin/users/list.ts',
    ]) {
      expect(checkThinEdges([{ path, text }]).map((finding) => finding.message)).toEqual([message]);
    }
  });

  it.each([
    'examples = [\'gatehouse infra db query "select 1"\']',
    'this.users.fetch(id)',
    "summary = 'Update the role of a user'",
  ])('passes: %s', (text) => {
    expect(checkThinEdges([{ path: 'apps/cli/src/commands/x.ts', text }])).toEqual([]);
  });

  it('judges edges only', () => {
    expect(
      checkThinEdges([{ path: 'apps/server/src/health/health.queries.ts', text: "'select 1 from x'" }]),
    ).toEqual([]);
  });
});
